// Writing: nothing typed is ever lost. The draft is kept as it is typed; what was sent stays on
// the page as a bubble (sending, waiting, refused) until the message itself is there.

const strings = JSON.parse(document.getElementById("strings").textContent);
const room = document.getElementById("room");
const form = document.getElementById("composer");
const box = document.getElementById("outbox");
const say = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

if (form) start();

function start() {
  const { text, reply_to: replyTo } = form.elements;
  const draft = `draft:${room.dataset.slug}:${room.dataset.me}`;
  const counter = document.getElementById("counter");
  const limit = Number(form.dataset.limit);
  let mutedUntil = form.dataset.muted ? new Date(form.dataset.muted) : null;
  let isBanned = "banned" in form.dataset;
  let isLive = true;
  let lifting = null; // the timer for the end of a mute

  // --- the draft ---

  const side = () => form.elements.side?.value ?? "";
  const save = () =>
    sessionStorage.setItem(draft, JSON.stringify({ text: text.value, side: side() }));

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(draft) ?? "{}");
    if (!text.value && kept.text) text.value = kept.text;
    if (!side() && kept.side && form.elements.side) form.elements.side.value = kept.side;
  }

  function count() {
    const left = limit - [...text.value].length;
    counter.hidden = left > 200;
    counter.classList.toggle("over", left < 0);
    counter.textContent = (left < 0 ? strings.over : strings.left).replace("{n}", Math.abs(left));
    // Where the browser cannot size the field by its content.
    if (!CSS.supports("field-sizing", "content")) {
      text.style.height = "auto";
      text.style.height = `${text.scrollHeight + 2}px`;
    }
  }

  function put(entry) {
    text.value = entry.text;
    if (form.elements.side && entry.side) form.elements.side.value = entry.side;
    reply(entry.reply_to);
    written();
    text.focus();
  }

  const written = () => {
    count();
    save();
    text.removeAttribute("aria-invalid");
    document.getElementById("write-error")?.remove();
  };

  // --- replies ---

  function reply(number) {
    const line = number && document.getElementById(`m-${number}`);
    const chip = form.querySelector(".replying");
    replyTo.value = number ?? "";
    chip.hidden = !number;
    if (!number) chip.querySelector(".quote > bdi").textContent = "";
    if (!line) return;
    chip.querySelector("b").textContent = line.querySelector(".who").textContent;
    chip.querySelector(".quote > bdi").textContent = line.querySelector(".text")?.textContent ?? "";
  }

  // --- whether one may write now ---

  function gate() {
    const { status, paused } = document.getElementById("room-state").dataset;
    const isMuted = mutedUntil && mutedUntil > Date.now();
    const isPaused = paused !== undefined && !("moderator" in form.dataset);
    const kept = isBanned ? "banned" : isMuted ? "muted" : isPaused ? "paused" : "";
    const why = status === "open" ? kept : status;
    document.getElementById("gate").hidden = !why;
    for (const words of form.querySelectorAll("[data-gate]")) {
      const { gate } = words.dataset;
      const isContestable = gate === "contest" && ["muted", "banned"].includes(why);
      words.hidden = gate !== why && !isContestable;
    }
    form.querySelector(".send").disabled = Boolean(why);
    for (const button of document.querySelectorAll("[data-when]"))
      button.hidden = !button.dataset.when.includes(status);
    clearTimeout(lifting);
    if (isMuted) lifting = setTimeout(gate, Math.min(2 ** 30, mutedUntil - Date.now() + 200));
  }

  document.addEventListener("live:you", ({ detail: { you } }) => {
    isBanned = Boolean(you?.banned);
    mutedUntil = you?.muted_until ? new Date(you.muted_until) : null;
    if (mutedUntil) {
      const when = document.createElement("time");
      when.dateTime = you.muted_until;
      [when.dataset.today, when.dataset.other] = [strings.until, strings.until_day];
      const [before, after] = strings.muted.split("{until}");
      form.querySelector('[data-gate="muted"]').replaceChildren(before, when, after);
      say("times");
    }
    gate();
  });
  const log = document.getElementById("log");
  document.addEventListener("live:after", ({ detail: { changed } }) => {
    if (changed.some((element) => element.parentNode !== log)) gate();
  });
  document.addEventListener("live:gone", ({ detail }) => detail.number === replyTo.value && reply(null));

  // --- sending ---

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!text.value.trim() || form.querySelector(".send").disabled) return text.focus();
    const id = form.elements.client_id.value;
    const entry = { id, text: text.value, side: side(), reply_to: Number(replyTo.value) || null };
    form.elements.client_id.value = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    text.value = "";
    reply(null);
    written();
    say("send", entry);
    say("sent");
    text.focus();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const hasKeyboard = matchMedia("(pointer: fine)").matches && !event.shiftKey;
    if (!hasKeyboard && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("input", written);
  form.querySelector(".drop").addEventListener("click", (event) => {
    event.preventDefault();
    reply(null);
    text.focus();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link) return;
    event.preventDefault();
    document.getElementById("sheet").close();
    reply(Number(link.dataset.reply));
    text.focus();
  });

  // --- bubbles ---

  const taken = new Map(); // acknowledged, and not yet on the page: id -> element that will show it

  function bubble(entry) {
    const item = document.createElement("li");
    item.className = `msg pending ${entry.side} ${entry.refused ? "refused" : ""}`;
    item.dataset.id = entry.id;
    item.dataset.mine = "";
    const words = document.createElement("div");
    words.className = "text";
    words.dir = "auto";
    words.textContent = entry.text;
    const fate = document.createElement("p");
    fate.className = "fate";
    fate.textContent = isLive ? strings.sending : strings.waiting;
    if (entry.refused) {
      fate.innerHTML = "<b></b> <span></span><br>";
      fate.firstChild.textContent = strings.refused;
      fate.children[1].textContent = entry.refused;
      fate.append(choices(entry));
    }
    item.append(words, fate);
    return item;
  }

  function choices(entry) {
    const row = document.createElement("span");
    row.className = "row";
    const acts = {
      edit: () => (say("forget", entry), put(entry)),
      retry: () => say("retry", entry),
      discard: () => say("forget", entry),
    };
    for (const [name, act] of Object.entries(acts)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button small";
      button.textContent = strings[name];
      button.addEventListener("click", act);
      row.append(button);
    }
    return row;
  }

  let entries = [];
  function draw() {
    for (const [id, place] of taken) if (document.getElementById(place)) taken.delete(id);
    const kept = [...box.children].filter((item) => taken.has(item.dataset.id));
    box.replaceChildren(...kept, ...entries.map(bubble));
  }

  document.addEventListener("live:taken", ({ detail: { id, status, number } }) => {
    taken.set(id, `${status === "held" ? "own" : "m"}-${number}`);
    setTimeout(() => (taken.delete(id), draw()), 5000);
  });
  document.addEventListener("live:outbox", ({ detail }) => {
    entries = detail.entries;
    draw();
  });
  document.addEventListener("live:after", () => taken.size && draw());
  document.addEventListener("live:status", ({ detail: { state } }) => {
    const was = isLive;
    isLive = state === "live" || state === "polling";
    if (was !== isLive) draw();
  });

  restore();
  written(); // What was typed before this script ran is kept too.
  gate();
}
