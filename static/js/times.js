// The server writes every time with its day, in its own zone: written again in the reader's, without
// what a reader need not be told. Times of a place (data-local) stay as they are.

const lang = document.documentElement.lang;
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const formats = {};

// Each is made once, when needed: to make one takes as long as to write fifty times with it.
function format(at, options) {
  const name = JSON.stringify(options);
  return (formats[name] ??= new Intl.DateTimeFormat(lang, options)).format(at);
}

function localise(root) {
  for (const element of root.querySelectorAll("time[datetime]:not([data-local], [data-written])"))
    write(element);
}

function write(element) {
  element.dataset.written = "";
  element.textContent = inPlace(new Date(element.dateTime), element.dataset);
}

// What was today is yesterday.
function atMidnight() {
  setTimeout(() => {
    document.querySelectorAll("time[data-written]").forEach(write);
    atMidnight();
  }, new Date().setHours(24, 0, 0, 0) - Date.now());
}

function inPlace(at, { today = "{time}", other }) {
  const now = new Date();
  const words = at.toDateString() === now.toDateString() ? today : (other ?? "{day}, {time}");
  const day = { day: "numeric", month: other ? "long" : "short" };
  if (at.getFullYear() !== now.getFullYear()) day.year = "numeric";
  return words.replace("{time}", () => format(at, TIME)).replace("{day}", () => format(at, day));
}

localise(document);
atMidnight();
document.addEventListener("live:after", ({ detail }) => detail.changed.forEach(localise));
document.addEventListener("live:times", () => localise(document));
document.addEventListener("htmx:afterSettle", (event) => localise(event.target));
