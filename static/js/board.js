// The board on one's own device. What is pushed is the same for everybody: one's own tasks go
// first here, each with the buttons that lead on, and one's own answers are marked.

const strings = JSON.parse(document.getElementById("strings").textContent);
const room = document.getElementById("room");
const { me } = room.dataset;
const IDLE = ["new", "withdrawn", "no_show", "done"];

function personalise() {
  document.querySelectorAll("[data-task]").forEach(showTask);
  document.querySelectorAll("[data-meetup]").forEach(showMeetup);
  for (const column of document.querySelectorAll("[data-column]")) {
    const { length } = column.querySelectorAll(":scope > ol > li");
    column.hidden = !length;
    column.querySelector(".count").textContent = length;
  }
}

function showTask(card) {
  const mine = card.querySelector(`[data-person="${me}"]`)?.dataset.state ?? "new";
  for (const tap of card.querySelectorAll("[data-before]")) {
    const leadsOn = tap.dataset.before.split(" ").includes(mine);
    tap.hidden = !me || !leadsOn || (tap.value === "offered" && "full" in card.dataset);
  }
  const isMine = !IDLE.includes(mine) && !card.classList.contains("cancelled");
  const column = isMine ? "mine" : card.dataset.columnName;
  place(card, document.querySelector(`[data-column="${column}"] > ol`));
}

function showMeetup(card) {
  // Everybody's answers in short: "7:y 8:y2 9:m!" is 7 comes, 8 is second in the line, and 9 may
  // come and has not answered since it moved.
  const mine = me && card.dataset.answers.split(" ").find((one) => one.startsWith(`${me}:`));
  const [, letter, waits, isOld] = mine?.match(/:(.)(\d*)(!?)/) ?? [];
  for (const tap of card.querySelectorAll("[data-answer-to]")) {
    tap.hidden = !me;
    tap.setAttribute("aria-pressed", tap.value[0] === letter);
  }
  show(card.querySelector("[data-waiting]"), waits);
  show(card.querySelector("[data-outdated-note]"), isOld);
  place(card, document.getElementById("meetups"));
}

function show(element, isShown) {
  if (element) element.hidden = !isShown;
}

// Put a card where it belongs: by time, those without one last.
function place(card, list) {
  if (!list) return;
  const rank = (one) => [Number(one.dataset.at), Number(one.id.replace(/\D/g, ""))];
  const isBefore = ([at, number], [otherAt, other]) => at < otherAt || (at === otherAt && number < other);
  const after = [...list.children].find((one) => one !== card && isBefore(rank(card), rank(one)));
  if (card.parentNode !== list || card.nextElementSibling !== (after ?? null))
    list.insertBefore(card, after ?? null);
}

// --- the live connection ---

let focused = null;
document.addEventListener("live:before", () => {
  focused = document.activeElement?.closest("[data-card]")?.id ?? null;
});
document.addEventListener("live:after", () => {
  personalise();
  const card = focused && document.getElementById(focused);
  card?.querySelector("button:not([hidden]), a")?.focus();
  focused = null;
});
document.addEventListener("live:status", ({ detail: { state } }) => {
  const line = document.getElementById("connection");
  line.hidden = state === "live";
  line.textContent = line.hidden ? "" : state === "lost" ? strings.waiting_taps : strings[state];
});

personalise();
