// The board on one's own device. What is pushed is the same for everybody: one's own tasks go
// first here, each with the buttons that lead on. A tap is kept until the server has answered it,
// over lost connections and reloads, and is sent again under the same key: never lost or doubled.
// Taps go out one by one, in order.

const strings = JSON.parse(document.getElementById("strings").textContent);
const room = document.getElementById("room");
const form = document.getElementById("taps");
const { slug, me } = room.dataset;
const IDLE = ["new", "withdrawn", "no_show", "done"];
const AGAIN = 3000; // milliseconds after which what was not answered is sent again

// --- what is one's own ---

function personalise() {
  for (const card of document.querySelectorAll("[data-task]")) {
    const mine = card.querySelector(`[data-person="${me}"]`)?.dataset.state ?? "new";
    const isFull = "full" in card.dataset;
    for (const tap of card.querySelectorAll("[data-before]")) {
      const leadsOn = tap.dataset.before.split(" ").includes(mine);
      tap.hidden = !me || !leadsOn || (tap.value === "offered" && isFull);
    }
    const isMine = !IDLE.includes(mine) && !card.classList.contains("cancelled");
    const column = isMine ? "mine" : card.dataset.columnName;
    place(card, document.querySelector(`[data-column="${column}"] ol`));
  }
  for (const column of document.querySelectorAll("[data-column]")) {
    const { length } = column.querySelectorAll("[data-task]");
    column.hidden = !length;
    column.querySelector(".count").textContent = length;
  }
}

// Put a card where it belongs: by time, those without one last.
function place(card, list) {
  const rank = (one) => [Number(one.dataset.at), Number(one.id.slice(5))];
  const isBefore = ([at, number], [otherAt, other]) => at < otherAt || (at === otherAt && number < other);
  const after = [...list.children].find((one) => one !== card && isBefore(rank(card), rank(one)));
  if (card.parentNode !== list || card.nextElementSibling !== (after ?? null))
    list.insertBefore(card, after ?? null);
}

// --- taps ---

const store = `taps:${slug}:${me}`;
let taps = JSON.parse(localStorage.getItem(store) ?? "[]");
const fates = new Map(); // the id of a card -> what became of its last tap
let isSending = false;
let timer = null;

function keep(entries) {
  taps = entries;
  localStorage.setItem(store, JSON.stringify(taps));
  draw();
}

async function flush() {
  clearTimeout(timer);
  if (isSending || !taps.length) return;
  isSending = true;
  const [tap] = taps;
  const body = new FormData(form);
  body.set("state", tap.state);
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
  const why = reply.type === "nack" ? strings.not_done.replace("{why}", reply.message) : "";
  fates.set(tap.card, { text: why || strings.sent, isRefused: Boolean(why) });
  keep(taps.filter(({ key }) => key !== tap.key));
  flush();
}

function draw() {
  const waiting = navigator.onLine ? strings.sending : strings.waiting;
  for (const card of document.querySelectorAll("[data-task]")) {
    const isUnderway = taps.some((tap) => tap.card === card.id);
    const fate = isUnderway ? { text: waiting } : fates.get(card.id);
    const line = card.querySelector(".fate");
    line.hidden = !fate;
    line.classList.toggle("refused", Boolean(fate?.isRefused));
    if (line.textContent !== (fate?.text ?? "")) line.textContent = fate?.text ?? "";
    for (const tap of card.querySelectorAll("[data-before]")) tap.disabled = isUnderway;
  }
}

form.addEventListener("submit", (event) => {
  const { submitter } = event;
  if (!submitter) return;
  event.preventDefault();
  const card = submitter.closest("[data-task]").id;
  const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  fates.delete(card);
  keep([...taps, { key, card, url: submitter.formAction, state: submitter.value }]);
  flush();
});

// --- the live connection ---

let focused = null;
document.addEventListener("live:before", () => {
  focused = document.activeElement?.closest("[data-task]")?.id ?? null;
});
document.addEventListener("live:after", () => {
  personalise();
  draw();
  const card = focused && document.getElementById(focused);
  card?.querySelector("button:not([hidden]), a")?.focus();
});
document.addEventListener("live:status", ({ detail: { state } }) => {
  const line = document.getElementById("connection");
  line.hidden = state === "live";
  line.textContent = line.hidden ? "" : state === "lost" ? strings.waiting_taps : strings[state];
  if (state === "live" || state === "polling") flush();
});
addEventListener("online", flush);
addEventListener("offline", draw);

personalise();
draw();
flush();
