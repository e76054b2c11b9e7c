// Parts of a page that are made for their reader (id, data-follow="task meetup"): fetched again
// when something of a kind happens, and every so many seconds (data-every). While somebody writes
// or chooses in one, it stays as it is.

const SOON = 300; // milliseconds: what happens together is fetched once
const AGAIN = 3000;
let timer = null;
let isFetching = false;

const parts = () => [...document.querySelectorAll("[data-follow]")];
const plan = (delay = SOON) => {
  timer ??= setTimeout(refresh, delay);
};

async function refresh() {
  timer = null;
  if (isFetching) return plan(AGAIN);
  isFetching = true;
  const answer = await fetch(location.href).catch(() => null);
  const html = answer?.ok ? await answer.text().catch(() => null) : null;
  isFetching = false;
  if (html === null) return answer ? undefined : plan(AGAIN);
  const page = new DOMParser().parseFromString(html, "text/html");
  document.dispatchEvent(new CustomEvent("live:before"));
  for (const part of parts()) replace(part, page.getElementById(part.id));
  document.dispatchEvent(new CustomEvent("live:after", { detail: { added: [], changed: [], unseen: 0 } }));
}

function replace(part, fresh) {
  if (!fresh || part.innerHTML === fresh.innerHTML) return;
  if (isInUse(part)) return plan(AGAIN);
  const { activeElement: active } = document;
  const hadFocus = part.contains(active);
  const same = hadFocus && active.name && `[name="${active.name}"][value="${active.value}"]`;
  part.replaceWith(fresh);
  if (hadFocus) ((same && fresh.querySelector(same)) || fresh).focus();
}

function isInUse(part) {
  if (part.querySelector("form[data-touched]")) return true;
  return part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
}

const touch = ({ target }) => target.form && (target.form.dataset.touched = "");
document.addEventListener("change", touch);
document.addEventListener("input", touch);
document.addEventListener("submit", ({ target }) => delete target.dataset.touched);

const kinds = new Set(parts().flatMap((part) => part.dataset.follow.split(" ")));
for (const kind of kinds) document.body.addEventListener(`live:${kind}`, () => plan());
document.addEventListener("live:tapped", () => plan());
const every = Math.min(...parts().map((part) => Number(part.dataset.every ?? Infinity)));
if (Number.isFinite(every)) setInterval(() => plan(), 1000 * every);
