// Countdowns, by the server's clock.

const strings = JSON.parse(document.getElementById("strings").textContent);
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

for (const name of ["live:after", "live:times"]) document.addEventListener(name, tick);
tick();
setInterval(tick, 1000);
