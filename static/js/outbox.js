// What was sent and is not taken yet, over reloads. It leaves the outbox only when the server has
// taken it, or when the person takes it back.
//   out  live:outbox {entries}  live:taken {id, status}
//   in   live:send {id, text, side, reply_to}  live:retry {id}  live:forget {id}

const form = document.getElementById("composer");
const { slug, me } = document.getElementById("room").dataset;
const store = `outbox:${slug}:${me}`;
let outbox = JSON.parse(sessionStorage.getItem(store) ?? "[]");
let state = "lost"; // of the connection
let later = null;

const say = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
const on = (name, act) => document.addEventListener(`live:${name}`, (e) => act(e.detail));

function keep(entries) {
  outbox = entries;
  sessionStorage.setItem(store, JSON.stringify(outbox));
  say("outbox", { entries: outbox });
}

const flush = () => outbox.filter((entry) => !entry.refused).forEach(submit);

async function submit({ id, text, side, reply_to }) {
  if (state === "live") return say("command", { type: "post", ref: id, id, text, side, reply_to });
  if (state !== "polling") return; // neither way is open: the next flush sends it
  const body = new FormData(form);
  const fields = { client_id: id, text, side, reply_to: reply_to ?? "" };
  for (const name in fields) body.set(name, fields[name]);
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", body, headers }).catch(() => null);
  // Unanswered, it is sent again under the same id after the next poll.
  const reply = await answer?.json().catch(() => null);
  if (reply) settle({ ...reply, ref: id });
}

function settle(reply) {
  const { ref, type, code, message, retry_after } = reply;
  if (!outbox.some(({ id }) => id === ref)) return;
  if (code === "retry_later") {
    clearTimeout(later);
    later = setTimeout(flush, 1000 * (retry_after ?? 2));
  } else if (type === "nack") change(ref, { refused: message });
  else {
    say("taken", { ...reply, id: ref });
    keep(outbox.filter(({ id }) => id !== ref));
  }
}

const change = (id, what) => keep(outbox.map((e) => (e.id === id ? { ...e, ...what } : e)));

on("ack", settle);
on("nack", settle);
on("status", (status) => {
  ({ state } = status);
  flush();
});
on("send", (entry) => (keep([...outbox, entry]), submit(entry)));
on("retry", ({ id }) => (change(id, { refused: undefined }), flush()));
on("forget", ({ id }) => keep(outbox.filter((e) => e.id !== id)));
document.addEventListener("DOMContentLoaded", () => say("outbox", { entries: outbox }));
