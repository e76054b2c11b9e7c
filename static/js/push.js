// Lets this browser show what its owner is told, also while no page is open.

const panel = document.getElementById("push");
const form = panel.querySelector("form");
const { key, worker } = panel.dataset;

const show = (state) => {
  for (const one of panel.querySelectorAll("[data-says]"))
    one.hidden = one.dataset.says !== state && !(state === "refused" && one.matches("button[data-says=off]"));
};
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration(worker);
  return registration?.pushManager.getSubscription();
}

async function send(found, fields) {
  const body = new FormData(form);
  const { endpoint, keys } = found.toJSON();
  for (const [name, value] of Object.entries({ endpoint, ...keys, ...fields })) body.set(name, value);
  const answer = await fetch(form.action, { method: "POST", body });
  if (!answer.ok) throw new Error(await answer.text());
}

async function begin() {
  const registration = await navigator.serviceWorker.register(worker);
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  await send(await registration.pushManager.subscribe(options), {});
}

async function end() {
  const found = await subscription();
  if (!found) return;
  await send(found, { drop: "1" });
  await found.unsubscribe();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const drops = event.submitter?.name === "drop";
  try {
    await (drops ? end() : begin());
    show(drops ? "off" : "on");
  } catch {
    show(drops ? "on" : "refused");
  }
});

if ("serviceWorker" in navigator && "PushManager" in window) {
  show((await subscription()) ? "on" : "off");
  panel.hidden = false;
}
