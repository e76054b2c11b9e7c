// Keeps the reader's place: at the end it follows, elsewhere nothing moves and "N new" tells.

const [ROOM_FOR, KEPT] = [400, 384]; // lines in the page: past the one, the other are kept
const MOST = 800; // where the reader is further up; what follows is one tap away
const strings = JSON.parse(document.getElementById("strings").textContent);
const room = document.getElementById("room");
const feed = document.getElementById("main");
const log = document.getElementById("log");
const button = document.getElementById("new");
let missed = 0;
let isFull = false; // the page takes no more lines
let anchor = null;
let isStuck = false; // to the end, where the browser keeps it

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

document.addEventListener("live:after", ({ detail: { added, unseen } }) => {
  const lines = added.filter((line) => line.parentElement === log);
  const element = anchor && document.getElementById(anchor.id);
  if (!anchor && !isFull) {
    if (!isStuck) toEnd();
    trim();
  } else if (element || isFull) {
    const moved = element ? Math.round(element.getBoundingClientRect().top - anchor.top) : 0;
    if (moved) scroller().scrollTop += moved;
    missed += lines.filter((line) => !("mine" in line.dataset)).length + (isFull ? unseen : 0);
    button.textContent = strings.new.replace("{n}", missed);
    button.hidden = missed === 0;
    if (log.children.length > MOST) fill();
  }
});

// However much is said while somebody reads further up: the page does not grow for ever.
function fill() {
  isFull = true;
  room.dataset.past = "";
}

function trim() {
  if (log.children.length <= ROOM_FOR) return;
  const lines = log.querySelectorAll(":scope > [data-seq]");
  for (const line of [...lines].slice(0, lines.length - KEPT)) line.remove();
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
