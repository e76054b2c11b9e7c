// The server writes every time with its day, in its own zone: written again in the reader's, without
// what a reader need not be told. Times of a place (data-local) stay as they are.

const lang = document.documentElement.lang;
// Made once: to make one takes as long as to write fifty times with it.
const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const days = { short: daysIn("short"), long: daysIn("long") };

function format(options) {
  return new Intl.DateTimeFormat(lang, options);
}

function daysIn(month) {
  const day = { day: "numeric", month };
  return { ofThisYear: format(day), ofAnother: format({ ...day, year: "numeric" }) };
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
  const isToday = at.toDateString() === now.toDateString();
  const { ofThisYear, ofAnother } = days[other ? "long" : "short"];
  const day = at.getFullYear() === now.getFullYear() ? ofThisYear : ofAnother;
  const words = isToday ? today : (other ?? "{day}, {time}");
  return words.replace("{time}", clock.format(at)).replace("{day}", () => day.format(at));
}

localise(document);
atMidnight();
document.addEventListener("live:after", ({ detail }) => detail.changed.forEach(localise));
document.addEventListener("live:times", () => localise(document));
document.addEventListener("htmx:afterSettle", (event) => localise(event.target));
