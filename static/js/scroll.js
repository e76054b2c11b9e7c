// Keeps the reader's place: at the end it follows, elsewhere nothing moves and "N new" tells.

const ROOM_FOR = 400; // lines kept in the page; earlier ones are one tap away
const strings = JSON.parse(document.getElementById("strings").textContent);
const room = document.getElementById("room");
const feed = document.getElementById("main");
const log = document.getElementById("log");
const button = document.getElementById("new");
let missed = 0;
let anchor = null;

// The feed scrolls inside the page, or with it where the screen is very low.
const scroller = () =>
  getComputedStyle(feed).overflowY === "visible" ? document.scrollingElement : feed;

function isAtEnd() {
  const box = scroller();
  if (box === feed) return Math.abs(box.scrollTop) < 60; // column-reverse: 0 is the end
  return box.scrollHeight - box.scrollTop - box.clientHeight < 60;
}

function toEnd() {
  const box = scroller();
  box.scrollTop = box === feed ? 0 : box.scrollHeight;
  missed = 0;
  button.hidden = true;
}

document.addEventListener("live:before", () => {
  anchor = null;
  if (isAtEnd()) return;
  const top = feed.getBoundingClientRect().top;
  const element = [...log.children].find((line) => line.getBoundingClientRect().bottom > top);
  if (element) anchor = { id: element.id, top: element.getBoundingClientRect().top };
});

document.addEventListener("live:after", ({ detail: { added } }) => {
  const lines = added.filter((line) => line.parentElement === log);
  const element = anchor && document.getElementById(anchor.id);
  if (!anchor) {
    toEnd();
    trim();
  } else if (element) {
    scroller().scrollTop += element.getBoundingClientRect().top - anchor.top;
    missed += lines.filter((line) => !("mine" in line.dataset)).length;
    button.textContent = strings.new.replace("{n}", missed);
    button.hidden = missed === 0;
  }
});

function trim() {
  const lines = log.querySelectorAll(":scope > [data-seq]");
  if (lines.length <= ROOM_FOR) return;
  for (const line of [...lines].slice(0, lines.length - ROOM_FOR)) line.remove();
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
feed.addEventListener("scroll", () => !button.hidden && isAtEnd() && toEnd(), { passive: true });
document.addEventListener("live:sent", toEnd);
if (scroller() !== feed && !location.hash) toEnd();
