// Shows what its owner is told, and opens what it is about. It keeps nothing and fetches nothing.

self.addEventListener("push", (event) => {
  const { title, line, path, tag } = event.data.json();
  event.waitUntil(
    self.registration.showNotification(title, { body: line, tag, data: { path } }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.path));
});
