// Puts pushed parts into the page. Applying a part twice gives the same page: what is there
// already is replaced, not doubled. Tells the others:
//   live:before   live:after {added}  once all parts of a frame are in, with the new lines
//   live:gone {number}  the text of a message was taken away

const room = document.getElementById("room");
const strings = JSON.parse(document.getElementById("strings").textContent);
const AT_ONCE = { swapDelay: 0, settleDelay: 0 };
let added = [];
let isApplying = false;

const say = (name, detail = {}) =>
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

function patch({ into, swap, html }) {
  const target = document.getElementById(into);
  if (swap === "delete") return remove(target);
  if (into === "log" && "past" in room.dataset) return; // an older page of the log is shown
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  const id = parsed.content.firstElementChild?.id;
  const known = id ? document.getElementById(id) : null;
  if (known || swap === "outerHTML") return replace(known ?? target, html, id);
  if (!target) return;
  htmx.swap(target, html, { swapStyle: swap, ...AT_ONCE });
  const fresh = document.getElementById(id);
  own(fresh);
  added.push(fresh);
}

function replace(old, html, id) {
  if (!old) return;
  const hadFocus = old.contains(document.activeElement);
  const place = old.dataset.seq;
  htmx.swap(old, html, { swapStyle: "outerHTML", ...AT_ONCE });
  const fresh = document.getElementById(id);
  own(fresh);
  if (place) fresh.dataset.seq = place;
  if (hadFocus) fresh.focus();
  if (fresh?.classList.contains("gone")) unquote(fresh.id);
}

// What was taken away is quoted nowhere either.
function unquote(id) {
  for (const excerpt of document.querySelectorAll(`.quote[href="#${id}"] > :last-child`))
    excerpt.textContent = strings.gone;
  say("gone", { number: id.replace("m-", "") });
}

function remove(old) {
  if (!old) return;
  if (old.contains(document.activeElement))
    (old.nextElementSibling ?? old.previousElementSibling ?? old.closest("[tabindex]"))?.focus();
  old.remove();
}

// What is pushed is the same for everybody: mark here what is one's own.
function own(line) {
  if (line?.dataset.author && line.dataset.author === room.dataset.me) line.dataset.mine = "";
}

document.addEventListener("live:part", ({ detail }) => {
  if (!isApplying) say("before");
  isApplying = true;
  patch(detail);
});
document.addEventListener("live:applied", () => {
  if (!isApplying) return;
  isApplying = false;
  const lines = added;
  added = [];
  say("after", { added: lines });
});
