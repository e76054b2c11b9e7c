// Taps: forms whose work gets done, connection or not (id "taps", or data-tap). A tap is kept until
// the server has answered it, over lost connections and reloads, and is sent again under the same
// key: never lost or doubled. Taps go out one by one, in order. What became of one is told at its
// card (data-card), or below the page where that is not shown: waiting, sent, or refused and why.
//   out  live:tapped  the server has answered a tap

const strings = JSON.parse(document.getElementById("strings").textContent);
const room = document.getElementById("room");
const token = document.querySelector("#taps [name=csrfmiddlewaretoken]").value;
const { slug, me } = room.dataset;
const AGAIN = 3000; // milliseconds after which what was not answered is sent again
const OWN = ["csrfmiddlewaretoken", "client_id"]; // fields that every sending has its own of

// Other tabs share the store: what it holds is read again before each change.
const store = `taps:${slug}:${me}`;
const read = () => JSON.parse(localStorage.getItem(store) ?? "[]");
const sent = new Set(); // cards whose last tap has arrived
let isSending = false;
let timer = null;

function keep(entries) {
  localStorage.setItem(store, JSON.stringify(entries));
  draw();
}

const isWaiting = (tap) => !tap.refused;
const cardOf = (element) => element.closest("[data-card]");

function add(tap) {
  const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  sent.delete(tap.card);
  keep([...read().filter((one) => isWaiting(one) || one.card !== tap.card), { ...tap, key }]);
  flush();
}

async function flush() {
  clearTimeout(timer);
  const tap = read().find(isWaiting);
  if (isSending || !tap) return;
  isSending = true;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token);
  for (const [name, value] of tap.fields) body.append(name, value);
  body.set("client_id", tap.key);
  const headers = { Accept: "application/json" };
  const answer = await fetch(tap.url, { method: "POST", body, headers }).catch(() => null);
  let reply = await answer?.json().catch(() => null);
  if (!reply && answer && answer.status < 500) reply = { type: "nack", message: strings.failed };
  isSending = false;
  if (!reply || reply.code === "retry_later") {
    timer = setTimeout(flush, AGAIN);
    return draw();
  }
  settle(tap, reply);
  flush();
}

function settle({ key, card }, { type, code, message }) {
  const others = read().filter((one) => one.key !== key);
  if (type !== "nack") {
    sent.add(card);
    keep(others);
  } else keep(read().map((one) => (one.key === key ? { ...one, refused: message, code } : one)));
  document.dispatchEvent(new CustomEvent("live:tapped"));
}

// --- what is shown ---

function words({ refused }) {
  if (refused) return strings.not_done.replace("{why}", refused);
  return navigator.onLine ? strings.sending : strings.waiting;
}

function draw() {
  const taps = read();
  const shown = new Set();
  for (const card of document.querySelectorAll("[data-card]")) {
    const mine = taps.filter((tap) => tap.card === card.dataset.card);
    shown.add(card.dataset.card);
    const tap = mine.find(isWaiting) ?? mine[0];
    tell(card, tap, tap ? words(tap) : sent.has(card.dataset.card) ? strings.sent : "");
    for (const button of card.querySelectorAll("button[type=submit], button:not([type])"))
      if (cardOf(button) === card) button.disabled = mine.some(isWaiting);
  }
  const elsewhere = document.getElementById("elsewhere");
  const lines = taps.filter((tap) => !shown.has(tap.card)).map(line);
  elsewhere.replaceChildren(...lines);
  elsewhere.hidden = !lines.length;
}

function tell(card, tap, text) {
  const place = card.querySelector(":scope > .fate");
  if (!place) return;
  place.hidden = !text;
  place.classList.toggle("refused", Boolean(tap?.refused));
  if (place.firstChild?.textContent !== text) place.textContent = text;
  place.querySelector("button")?.remove();
  if (tap?.code === "overlaps") place.append(button(strings.despite, () => insist(tap)));
}

function line(tap) {
  const item = document.createElement("li");
  item.textContent = `${strings.said.replace("{name}", tap.label).replace("{text}", words(tap))} `;
  if (tap.refused) item.append(button(strings.dismiss, () => drop(tap)));
  return item;
}

function button(text, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button small", textContent: text });
  made.addEventListener("click", act);
  return made;
}

const drop = ({ key }) => keep(read().filter((one) => one.key !== key));
const insist = ({ card, label, url, fields }) =>
  add({ card, label, url, fields: [...fields, ["despite", "1"]] });

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.id !== "taps" && !("tap" in form.dataset)) return;
  const card = cardOf(submitter ?? form);
  if (!card) return;
  event.preventDefault();
  const url = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const fields = [...new FormData(form, submitter)].filter(([name]) => !OWN.includes(name));
  const label = card.dataset.label ?? card.querySelector("h1, h3")?.textContent ?? "";
  add({ card: card.dataset.card, label, url, fields });
});

document.addEventListener("live:after", draw);
document.addEventListener("live:status", ({ detail: { state } }) => {
  if (state === "live" || state === "polling") flush();
});
addEventListener("storage", ({ key }) => key === store && draw());
addEventListener("online", flush);
addEventListener("offline", draw);
draw();
flush();
