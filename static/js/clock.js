// Countdowns, by the server's clock, and times in the reader's own time zone.

const strings = JSON.parse(document.getElementById("strings").textContent);
const lang = document.documentElement.lang;
const MILESTONES = [300, 60];
let ahead = 0; // how far this device's clock runs ahead of the server's
let last = Infinity;

for (const name of ["live:now", "live:pong"])
  document.addEventListener(name, ({ detail: { now } }) => (ahead = Date.now() - new Date(now)));

function inWords(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  const d = Math.floor(seconds / 86_400);
  const h = Math.floor((seconds % 86_400) / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  if (d) return strings.days.replace("{d}", d).replace("{h}", h);
  if (h) return strings.hours.replace("{h}", h).replace("{m}", two(m));
  return `${m}:${two(Math.floor(seconds % 60))}`;
}

// What is the same already is not laid out again.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = (new Date(element.dataset.until) - Date.now() + ahead) / 1000;
    if (left < 0) continue;
    write(element, strings[element.dataset.what].replace("{time}", inWords(left)));
    if (element.dataset.what === "closes") announce(left);
  }
  holds();
}

// What becomes of a hold, as the room has set it at this moment; and how long it has waited.
function holds() {
  const { holds: outcome, minutes } = document.getElementById("room-state").dataset;
  for (const element of document.querySelectorAll("[data-held]")) {
    const left = (new Date(element.dataset.held) - Date.now() + ahead) / 1000 + 60 * minutes;
    const words = strings[`${"mine" in element.dataset ? "own_" : ""}${outcome}`];
    element.hidden = !words;
    if (words) write(element, words.replace("{time}", inWords(Math.max(0, left))));
  }
  for (const element of document.querySelectorAll("[data-since]")) {
    const minutes = Math.floor((Date.now() - ahead - new Date(element.dataset.since)) / 60_000);
    const time = minutes < 60 ? strings.minutes.replace("{m}", minutes) : inWords(60 * minutes);
    write(element, minutes < 1 ? "" : strings.waits.replace("{time}", time));
  }
}

function announce(left) {
  const reached = MILESTONES.find((mark) => left <= mark && last > mark);
  last = left;
  if (!reached || left < reached - 5) return;
  const text = reached === 60 ? strings.minute_left : strings.minutes_left.replace("{n}", reached / 60);
  document.dispatchEvent(new CustomEvent("live:milestone", { detail: { text } }));
}

// The server writes times in its own zone: write them again where the reader's differs.
function localise(root) {
  for (const element of root.querySelectorAll("time[datetime]:not([data-local])")) {
    element.dataset.local = "";
    const at = new Date(element.dateTime);
    const [, sign, hours, minutes] = element.dateTime.match(/([+-])(\d\d):(\d\d)$/) ?? [];
    const offset = (sign === "-" ? 1 : -1) * (Number(hours) * 60 + Number(minutes));
    if (element.textContent && offset === at.getTimezoneOffset()) continue;
    element.textContent = inPlace(at, element.dataset.form);
  }
}

function inPlace(at, form) {
  const isToday = at.toDateString() === new Date().toDateString();
  const write = (options) => new Intl.DateTimeFormat(lang, options).format(at);
  const time = write({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = write({ day: "numeric", month: form ? "long" : "short" });
  const words = form ? strings[isToday ? form : `${form}_day`] : isToday ? "{time}" : "{day}, {time}";
  return words.replace("{time}", time).replace("{day}", day);
}

localise(document);
for (const name of ["live:after", "live:times"])
  document.addEventListener(name, () => (localise(document), tick()));
document.addEventListener("htmx:afterSettle", (event) => localise(event.target));
tick();
setInterval(tick, 1000);
