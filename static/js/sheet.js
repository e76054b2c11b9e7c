// The sheet for what can be done with a message or a person, short notes, the connection's
// banner, and what else is small: copying a link, how many are here.

const strings = JSON.parse(document.getElementById("strings").textContent);
const sheet = document.getElementById("sheet");
const body = document.getElementById("sheet-body");
const banner = document.getElementById("banner");
const by = (id) => document.getElementById(id);
const say = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

// --- the sheet ---

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-sheet]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await htmx.ajax("GET", link.href, { target: body, swap: "innerHTML" });
  body.dataset.of = link.pathname;
  if (!sheet.open) sheet.showModal();
  body.querySelector("h2")?.focus();
});
sheet.addEventListener("click", (event) => {
  if (event.target === sheet || event.target.closest(".sheet-close")) sheet.close();
});
document.body.addEventListener("done", () => sheet.open && sheet.close());
document.addEventListener("live:gone", ({ detail }) => {
  if (!body.dataset.of?.endsWith(`/messages/${detail.number}/`)) return;
  body.replaceChildren();
  sheet.close();
});

// --- short notes ---

function toast(text, time = 6000) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  (sheet.open ? sheet : by("toasts")).append(note);
  if (by("toasts").children.length > 2) by("toasts").firstElementChild.remove();
  setTimeout(() => note.remove(), time);
  return note;
}
document.body.addEventListener("undoable", ({ detail }) => say("decided", { detail, toast }));
document.addEventListener("live:note", ({ detail: { text } }) => toast(text));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const isText = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
  toast(isText ? xhr.responseText : strings.failed);
});
document.addEventListener("htmx:sendError", () => toast(strings.failed));

// --- the connection, told only if it is away for more than a moment ---

let pending = null;
document.addEventListener("live:status", ({ detail: { state } }) => {
  clearTimeout(pending);
  if (state === "live") {
    banner.hidden = true;
    return;
  }
  pending = setTimeout(() => {
    const text = strings[state];
    if (banner.hidden || banner.textContent !== text) banner.textContent = text;
    banner.hidden = false;
  }, banner.hidden ? 2000 : 0);
});
document.addEventListener("live:presence", ({ detail }) => {
  by("here").hidden = false;
  by("here").textContent = strings.here.replace("{n}", detail.here);
});

// Another role means other panels: the server makes the page again, and the draft is kept.
document.addEventListener("live:you", ({ detail: { you } }) => {
  const { role } = by("room").dataset;
  if (role && you?.role !== role) location.reload();
});

// --- copying ---

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(strings.copied);
  });
}
