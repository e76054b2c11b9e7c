// What arrives while a conversation is on screen counts as read.

const room = document.getElementById("room");
const log = document.getElementById("log");
let told = Number(room.dataset.head);

function tell() {
  const last = log.lastElementChild;
  const head = Number(last?.dataset.seq ?? 0);
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (document.visibilityState !== "visible" || head <= told || !token) return;
  told = head;
  const body = new URLSearchParams({ head, csrfmiddlewaretoken: token });
  fetch(room.dataset.read, { method: "POST", body }).catch(() => { told = 0; });
}

new MutationObserver(tell).observe(log, { childList: true });
document.addEventListener("visibilitychange", tell);
