// The server writes times in its own zone: written again where the reader's differs. Times of a place
// (data-local) stay as they are.

const lang = document.documentElement.lang;

function localise(root) {
  for (const element of root.querySelectorAll("time[datetime]:not([data-local])")) {
    element.dataset.local = "";
    const at = new Date(element.dateTime);
    const [, sign, hours, minutes] = element.dateTime.match(/([+-])(\d\d):(\d\d)$/) ?? [];
    const offset = (sign === "-" ? 1 : -1) * (Number(hours) * 60 + Number(minutes));
    if (element.textContent && offset === at.getTimezoneOffset()) continue;
    element.textContent = inPlace(at, element.dataset);
  }
}

function inPlace(at, { today = "{time}", other }) {
  const isToday = at.toDateString() === new Date().toDateString();
  const write = (options) => new Intl.DateTimeFormat(lang, options).format(at);
  const time = write({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = write({ day: "numeric", month: other ? "long" : "short" });
  const words = isToday ? today : (other ?? "{day}, {time}");
  return words.replace("{time}", time).replace("{day}", day);
}

localise(document);
for (const name of ["live:after", "live:times"])
  document.addEventListener(name, () => localise(document));
document.addEventListener("htmx:afterSettle", (event) => localise(event.target));
