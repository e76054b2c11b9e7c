// The moderator's desk: keys, undoing for ten seconds, and who is handling what.

const UNDO = 10_000;
const CLAIM = 60_000;
const strings = JSON.parse(document.getElementById("strings").textContent);
const held = document.getElementById("held");
const act = document.getElementById("act");

if (held) start();

function start() {
  const keys = document.querySelector(".fold.keys");
  keys.hidden = false;
  const log = document.getElementById("log");
  let undoing = null;

  const post = (url, values = {}) => {
    const token = act.elements.csrfmiddlewaretoken.value;
    return htmx.ajax("POST", url, {
      source: held,
      swap: "none",
      values: { ...values, csrfmiddlewaretoken: token },
    });
  };

  // --- undo ---

  document.addEventListener("live:decided", ({ detail: { detail, toast } }) => {
    const note = toast(detail.said);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = strings.undo;
    const end = () => {
      note.remove();
      if (undoing === run) undoing = null;
    };
    const run = () => {
      end();
      post(detail.url, detail.values);
    };
    button.addEventListener("click", run);
    note.append(button);
    undoing = run;
    setTimeout(end, UNDO);
  });

  // --- keys ---

  const lists = [held, log];
  const current = () => document.activeElement?.closest("#held > li, #log > li.msg");
  const steps = { j: "nextElementSibling", k: "previousElementSibling" };

  function step(item, direction) {
    if (!item) return (held.firstElementChild ?? log.lastElementChild)?.focus();
    item[direction]?.focus();
  }
  const doing = {
    a: (item) => item.querySelector('[data-key="a"]')?.click(),
    c: (item) => item.querySelector('[data-key="c"]')?.click(),
    x: (item) => (item.querySelector('[data-key="x"]') ?? item.querySelector(".more"))?.click(),
    m: (item) => mute(item),
  };
  function mute(item) {
    const { mute: url } = item.dataset;
    const person = log.dataset.mute?.replace("/0/", `/${item.dataset.author}/`);
    if (url ?? person) post(url ?? person, { seconds: 300, reason: "other" });
  }

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (target.closest("input, textarea, select, dialog") || event.altKey) return;
    if (event.ctrlKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    const item = current();
    if (key === "u") undoing?.();
    else if (key === "?") keys.open = !keys.open;
    else if (steps[key]) step(item, steps[key]);
    else if (item && doing[key] && lists.includes(item.parentElement)) doing[key](item);
    else return;
    event.preventDefault();
  });

  // --- a claim holds for a minute ---

  function fade() {
    for (const claim of held.querySelectorAll("[data-claimed]"))
      claim.hidden = Date.now() - new Date(claim.dataset.claimed) > CLAIM;
  }
  setInterval(fade, 1000);
}
