// The live connection of a room: connect, resume, acknowledge, heartbeat, and polling where sockets
// are blocked. The page's scripts talk through events on the document:
//   out  live:status {state}  live:part {into, swap, html}  live:applied  live:you {you}
//        live:now {now}  and the server's other replies
//   in   live:command {type, ref, ...}, for the server
// Guarantee: each event is applied once and in order.

const room = document.getElementById("room");
const { slug } = room.dataset;
const ENDED = [4401, 4403, 4404]; // close codes after which coming back is of no use
const [POLL, PING] = [2500, 20_000]; // milliseconds
const PACE = 50; // milliseconds between two batches: what comes meanwhile is one
// Acknowledged often enough that the server never waits, and no oftener: a hall of readers
// would else write more than those who talk.
const [SEEN, SEEN_SIZE, SEEN_AFTER] = [512, 192 * 1024, 10_000];
const AT_ONCE = 16; // events of a batch: more would hold up who types on a slow phone

let { epoch } = room.dataset;
let seq = Number(room.dataset.head); // the last sequence applied
let seen = seq; // the last one acknowledged
let size = 0; // how much has come since, in UTF-16 units
let socket = null;
let isReady = false; // the backlog has come
let isPolling = false;
let hasEnded = false; // the server will not have us back
let queue = []; // events that have come and are not applied yet
let applied = 0; // when the last batch was
let isDrawn = true; // the last batch is on the screen, or about to be
let failures = 0; // connections in a row that were never ready
let heard = 0; // when the server was last heard
let asked = 0; // when it was last pinged
const timers = {};

const say = (name, detail = {}) =>
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
// Do something later; planning it again under the same name replaces it.
const plan = (name, delay, act) => {
  clearTimeout(timers[name]);
  timers[name] = act && setTimeout(act, delay);
};

// --- the connection ---
function connect() {
  if (socket || hasEnded) return;
  plan("connect");
  const address = `/ws/rooms/${slug}/?lang=${document.documentElement.lang}`;
  socket = new WebSocket(location.origin.replace("http", "ws") + address);
  heard = asked = Date.now();
  socket.onmessage = ({ data }) => {
    heard = Date.now();
    size += data.length;
    const frame = JSON.parse(data);
    (replies[frame.type] ?? ((reply) => say(reply.type, reply)))(frame);
  };
  socket.onclose = ({ code }) => drop(code);
}

function drop(code) {
  if (!socket) return;
  socket.onmessage = socket.onclose = null;
  socket.close();
  socket = null;
  queue = []; // They come again, after the last one applied.
  isReady = false;
  hasEnded = ENDED.includes(code);
  if (hasEnded) return say("status", { state: "ended" });
  failures += 1;
  const longest = Math.min(15_000, 500 * 2 ** failures);
  plan("connect", 500 + Math.random() * (longest - 500), connect);
  if (failures >= 3 && !isPolling) poll();
  else if (!isPolling) say("status", { state: "lost" });
}

const send = (frame) =>
  socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));

document.addEventListener("live:command", ({ detail }) => send(detail));

const replies = {
  hello(frame) {
    say("you", frame);
    say("now", frame);
    send({ type: "resume", epoch, after: seq });
  },
  push: ({ events }) => (queue.push(...events), schedule()),
  ready() {
    isReady = true;
    isPolling = false;
    failures = 0;
    say("status", { state: "live" });
  },
  resync: reload,
};

// Start again from what the server shows. Drafts and outbox survive; never twice in 10 s.
function reload() {
  const last = Number(sessionStorage.getItem("reloaded"));
  if (Date.now() - last < 10_000) return plan("reload", 10_000, reload);
  sessionStorage.setItem("reloaded", Date.now());
  location.reload();
}

async function poll() {
  if (isReady || hasEnded) return;
  isPolling = true;
  let wait = POLL;
  try {
    const answer = await fetch(`${room.dataset.events}?after=${seq}&epoch=${epoch}`);
    if (answer.status === 404) return say("status", { state: "ended" });
    const page = await answer.json();
    if (isReady) return;
    if (page.resync) return reload();
    say("you", page);
    say("now", page);
    apply(page.events);
    say("status", { state: "polling" });
    if (seq < page.head) wait = 0;
  } catch {
    say("status", { state: "lost" });
  }
  plan("poll", wait, poll);
}

// --- events: in batches, each once the one before is drawn; at once where the screen is not ---
// A batch is a task of its own, and drawing it another: the person is heard in between.
function schedule() {
  if (!queue.length) return;
  if (document.hidden) return work();
  if (isDrawn) timers.apply ??= setTimeout(work, applied + PACE - performance.now());
}

function work() {
  plan("apply");
  applied = performance.now();
  if (isDrawn) requestAnimationFrame(() => ((isDrawn = true), schedule()));
  isDrawn = false;
  apply(queue.splice(0, document.hidden ? queue.length : AT_ONCE));
}

function apply(events) {
  const kinds = new Set();
  for (const event of events) {
    if (event.seq <= seq) continue;
    if (event.seq > seq + 1) break;
    for (const part of event.parts) say("part", part);
    seq = event.seq;
    kinds.add(event.type.split(".")[0]);
  }
  say("applied");
  if (events.at(-1)?.seq > seq) drop(); // a gap: come back and resume before it
  for (const kind of kinds) htmx.trigger(document.body, `live:${kind}`);
  if (seq - seen >= SEEN || size >= SEEN_SIZE) acknowledge();
  // Not all readers of a hall in one moment.
  else if (seq > seen) timers.seen ??= setTimeout(acknowledge, SEEN_AFTER * (0.5 + Math.random() / 2));
}

function acknowledge() {
  plan("seen");
  seen = seq;
  size = 0;
  send({ type: "seen", seq });
}

// --- heartbeat: a page cannot see the protocol's own pings ---
function beat(patience) {
  if (!socket) return connect();
  send({ type: "ping", ref: "beat" });
  asked = Date.now();
  plan("beat", patience, () => heard < asked && drop());
}

const wake = () => document.visibilityState === "visible" && beat(4000);

document.addEventListener("DOMContentLoaded", () => {
  connect();
  setInterval(() => socket && Date.now() - asked > PING && beat(PING / 2), 5000);
});
document.addEventListener("visibilitychange", () => (schedule(), wake()));
addEventListener("pageshow", (event) => event.persisted && wake());
addEventListener("online", wake);
addEventListener("offline", () => drop());
