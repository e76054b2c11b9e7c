// The moderator's desk: what was decided can be undone for ten seconds, who handles what is shown
// for a minute, and how many messages wait is told in every tab.

const UNDO = 10_000;
const CLAIM = 60_000;
const strings = JSON.parse(document.getElementById("strings").textContent);
const held = document.getElementById("held");
const { me } = document.getElementById("room").dataset;
const { title } = document;

const say = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

// --- undo ---

const undoable = []; // what can be undone now, the last decision last
let underway = 0; // what is asked and not answered yet
let isWanted = false; // the last decision is to be undone once it is answered

document.addEventListener("live:undo", () => {
  if (underway) isWanted = true;
  else undoable.at(-1)?.();
});
document.addEventListener("live:underway", ({ detail: { count, isRefused } }) => {
  underway = count;
  if (isRefused) isWanted = false;
  if (underway || !isWanted) return;
  isWanted = false;
  undoable.at(-1)?.();
});
document.addEventListener("live:decided", ({ detail: { detail, toast } }) => {
  const note = toast(detail.said, UNDO);
  const button = document.createElement("button");
  const run = () => {
    forget();
    note.remove();
    say("act", detail);
  };
  const forget = () => undoable.includes(run) && undoable.splice(undoable.indexOf(run), 1);
  button.type = "button";
  button.textContent = strings.undo;
  button.addEventListener("click", run);
  note.append(button);
  undoable.push(run);
  setTimeout(forget, UNDO);
});

// --- who handles what: told by choosing to reject, or by "Handle" ---

const isFresh = (claim) => Date.now() - new Date(claim.dataset.claimed) < CLAIM;

held.addEventListener(
  "toggle",
  ({ target }) => {
    const hold = target.closest(".hold");
    if (target.open) target.lastElementChild.scrollIntoView({ block: "nearest" });
    const claim = hold?.querySelector(".claim");
    if (!target.open || !claim || (claim.dataset.claimed && isFresh(claim))) return;
    say("act", { url: hold.querySelector('[data-key="c"]').formAction });
  },
  true,
);

function fade() {
  for (const claim of held.querySelectorAll("[data-claimed]")) {
    claim.hidden = !isFresh(claim);
    claim.classList.toggle("quiet", claim.dataset.by === me);
  }
}
setInterval(fade, 1000);

// --- what waits, and what holds ---

function show() {
  const more = document.getElementById("held-more");
  const waiting = `${held.children.length}${more.hidden ? "" : "+"}`;
  for (const count of document.querySelectorAll('[data-count="held"]')) {
    count.hidden = waiting === "0";
    count.querySelector("b").textContent = waiting;
  }
  const shown = waiting === "0" ? title : `(${waiting}) ${title}`;
  if (document.title !== shown) document.title = shown;
  if (waiting === "0+") more.querySelector("a").click();
  const { holds } = document.getElementById("room-state").dataset;
  for (const button of document.querySelectorAll('[name="outcome"]'))
    button.ariaPressed = button.value === holds;
}
for (const name of ["live:after", "htmx:afterSettle"])
  document.addEventListener(name, () => (show(), fade()));
show();
fade();
