// Keeps the reader's place: at the end it follows, elsewhere nothing moves and "N new" tells.

// Lines in the page: of who follows, past `most` those `kept`; of who reads further up, at most `up`,
// and what follows is one tap away. Each makes every frame take longer, so that a slow phone keeps up
// with a hall where all talk at once only if there are few.
const CALM = { most: 400, kept: 384, up: 800 };
const RUSH = { most: 45, kept: 30, up: 200 };
const [MANY, HALF] = [60, 10_000]; // lines of late; each counts half after so many milliseconds
const strings = JSON.parse(document.getElementById("strings").textContent);
const room = document.getElementById("room");
const feed = document.getElementById("main");
const log = document.getElementById("log");
const button = document.getElementById("new");
let missed = 0;
let isFull = false; // the page takes no more lines
let anchor = null;
let isStuck = false; // to the end, where the browser keeps it
let ofLate = 0; // lines, the older the less
let latest = 0; // when that was

// The feed scrolls inside the page, or with it where the screen is very low.
const scroller = () =>
  getComputedStyle(feed).overflowY === "visible" ? document.scrollingElement : feed;

function isAtEnd() {
  const box = scroller();
  if (box === feed) return Math.abs(box.scrollTop) < 60; // column-reverse: 0 is the end
  return box.scrollHeight - box.scrollTop - box.clientHeight < 60;
}

function toEnd() {
  if (isFull) return location.assign(location.pathname);
  const box = scroller();
  box.scrollTop = box === feed ? 0 : box.scrollHeight;
  missed = 0;
  button.hidden = true;
}

// The first line that is on the screen.
function onTop() {
  const { top } = feed.getBoundingClientRect();
  const lines = log.children;
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].getBoundingClientRect().bottom > top) high = middle;
    else low = middle + 1;
  }
  return lines[low];
}

document.addEventListener("live:before", () => {
  const before = anchor;
  anchor = null;
  isStuck = scroller() === feed && feed.scrollTop === 0;
  if (isStuck || isAtEnd()) return;
  const element = onTop();
  if (!element) return;
  const { id } = element;
  const { top } = element.getBoundingClientRect();
  // What was rounded is made up for the next time: many batches would else move the reader.
  const isSame = before?.id === id && Math.abs(before.top - top) < 1;
  anchor = isSame ? before : { id, top };
});

function bounds(lines) {
  const now = performance.now();
  ofLate = ofLate * 0.5 ** ((now - latest) / HALF) + lines;
  latest = now;
  return ofLate < MANY ? CALM : RUSH;
}

document.addEventListener("live:after", ({ detail: { added, unseen } }) => {
  const lines = added.filter((line) => line.parentElement === log);
  const { most, kept, up } = bounds(lines.length + unseen);
  const element = anchor && document.getElementById(anchor.id);
  if (!anchor && !isFull) {
    if (!isStuck) toEnd();
    if (log.children.length > most) trim(kept);
  } else if (element || isFull) {
    const moved = element ? Math.round(element.getBoundingClientRect().top - anchor.top) : 0;
    if (moved) scroller().scrollTop += moved;
    missed += lines.filter((line) => !("mine" in line.dataset)).length + (isFull ? unseen : 0);
    button.textContent = strings.new.replace("{n}", missed);
    button.hidden = missed === 0;
    if (log.children.length > up) fill();
  }
});

// However much is said while somebody reads further up: the page does not grow for ever.
function fill() {
  isFull = true;
  room.dataset.past = "";
}

function trim(kept) {
  const lines = log.querySelectorAll(":scope > [data-seq]");
  for (const line of [...lines].slice(0, lines.length - kept)) line.remove();
  document.getElementById("earlier")?.remove();
  const before = log.querySelector("[data-seq]").dataset.seq;
  const address = `${room.dataset.earlier}?before=${before}`;
  const item = document.createElement("li");
  item.id = item.className = "earlier";
  const link = document.createElement("a");
  link.className = "button quiet";
  link.textContent = strings.earlier;
  link.href = address;
  link.setAttribute("hx-get", address);
  link.setAttribute("hx-target", "closest li");
  link.setAttribute("hx-swap", "outerHTML");
  item.append(link);
  log.prepend(item);
  htmx.process(item);
}

button.addEventListener("click", () => {
  toEnd();
  feed.focus();
});
const read = () => !button.hidden && !isFull && isAtEnd() && toEnd();
feed.addEventListener("scroll", read, { passive: true });
document.addEventListener("live:sent", toEnd);
if (scroller() !== feed && !location.hash) toEnd();
