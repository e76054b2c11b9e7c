// The desk by keyboard. Keys act on the message that has the focus, waiting, reported or
// published; never while somebody types.

const log = document.getElementById("log");
const sheet = document.getElementById("sheet");
const help = document.getElementById("keys");
const LINES = ".holds > li, #log > li.msg";

// What the machine held a message for is why its author is muted, where moderators have that reason.
const REASONS = { hate: "hate", threat: "threat", personal_data: "personal_data", wave: "spam" };

const say = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
const current = () => document.activeElement?.closest(LINES);
const press = (item, key) => item.querySelector(`[data-key="${key}"]`)?.click();

function step(direction) {
  const item = current();
  let next = item?.[direction];
  while (next && !next.matches(LINES)) next = next[direction];
  if (!item) next = document.querySelector(".holds > li") ?? log.querySelector(":scope > li.msg:last-of-type");
  if (!next) return;
  close(item);
  next.focus();
}

function close(item) {
  const menu = item?.querySelector(".menu[open]");
  if (menu) menu.open = false;
  return Boolean(menu);
}

// The reasons that are offered now: in the open sheet, else below the message.
function choose(number) {
  const from = sheet.open ? sheet.querySelector(".reasons") : current()?.querySelector(".menu[open] .choices");
  from?.children[number - 1]?.click();
  return Boolean(from);
}

const ON_MESSAGE = {
  a: (item) => press(item, "a"),
  c: (item) => press(item, "c"),
  x: (item) => (item.querySelector('[data-key="x"]') ?? item.querySelector(".more"))?.click(),
  m: ({ dataset: { author, rule } }) => {
    const url = log.dataset.mute.replace("participants/0/", `participants/${author}/`);
    say("act", { url, values: { seconds: 300, reason: REASONS[rule] ?? "other" } });
  },
};
const ANYWHERE = {
  j: () => step("nextElementSibling"),
  k: () => step("previousElementSibling"),
  u: () => say("undo"),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || target.closest("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  const item = current();
  // One that has just closed may hold the focus until the page is drawn again.
  const inDialog = target.closest("dialog[open]");
  if (/^[1-7]$/.test(key)) {
    if (!choose(key)) return;
  } else if (inDialog) return;
  else if (key === "escape") {
    if (!close(item)) return;
  } else if (ANYWHERE[key]) ANYWHERE[key]();
  else if (item && ON_MESSAGE[key]) ON_MESSAGE[key](item);
  else return;
  event.preventDefault();
});

for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
}
help.addEventListener("click", ({ target }) => target === help && help.close());
