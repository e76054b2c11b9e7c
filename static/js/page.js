// Puts pushed parts into the page. Applying a part twice gives the same page: what is there
// already is replaced, not doubled. Parts change the page at once, but new lines, of which there
// may be many, come in together at the end of a batch. Tells the others:
//   live:before   live:after {added, changed, unseen}  around a batch that changes something: new
//                 lines, all new elements, how many lines an older page of the log leaves out
//   live:gone {number}  the text of a message was taken away

const room = document.getElementById("room");
const strings = JSON.parse(document.getElementById("strings").textContent);
const coming = new Map(); // element -> the lines that will be appended to it
let added = [];
let changed = [];
let active = []; // those that have something for htmx, which takes long to look
let unseen = 0;
let isApplying = false;

const say = (name, detail = {}) =>
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

function find(id) {
  let found = id ? document.getElementById(id) : null;
  for (const lines of coming.values()) found ??= lines.getElementById(id);
  return found;
}

function begin() {
  if (!isApplying) say("before");
  isApplying = true;
}

function patch({ into, swap, html }) {
  const target = find(into);
  if (swap === "delete") return target && (begin(), remove(target));
  if (into === "log" && "past" in room.dataset) return leave();
  const { content: fresh } = Object.assign(document.createElement("template"), { innerHTML: html });
  const known = find(fresh.firstElementChild?.id);
  if (!known && !target) return;
  begin();
  if (html.includes(" hx-")) active.push(fresh.firstElementChild);
  if (known || swap === "outerHTML") replace(known ?? target, fresh);
  else append(target, fresh);
}

function leave() {
  begin();
  unseen += 1;
}

function append(target, fresh) {
  const line = fresh.firstElementChild;
  own(line);
  added.push(line);
  changed.push(line);
  if (!coming.has(target)) coming.set(target, document.createDocumentFragment());
  coming.get(target).append(fresh);
}

function replace(old, fresh) {
  const element = fresh.firstElementChild;
  if (!element) return remove(old);
  const hadFocus = old.contains(document.activeElement);
  own(element);
  if (old.dataset.seq) element.dataset.seq = old.dataset.seq;
  added = added.map((line) => (line === old ? element : line));
  changed.push(element);
  old.replaceWith(fresh);
  if (hadFocus) element.focus();
  if (element.classList.contains("gone")) unquote(element.id);
}

// What was taken away is quoted nowhere either.
function unquote(id) {
  for (const root of [document, ...coming.values()])
    for (const excerpt of root.querySelectorAll(`.quote[href="#${id}"] > :last-child`))
      excerpt.textContent = strings.gone;
  say("gone", { number: id.replace("m-", "") });
}

function remove(old) {
  if (old.contains(document.activeElement))
    (old.nextElementSibling ?? old.previousElementSibling ?? old.closest("[tabindex]"))?.focus();
  old.remove();
}

// What is pushed is the same for everybody: mark here what is one's own.
function own(line) {
  if (line.dataset.author && line.dataset.author === room.dataset.me) line.dataset.mine = "";
}

document.addEventListener("live:part", ({ detail }) => patch(detail));
document.addEventListener("live:applied", () => {
  if (!isApplying) return;
  for (const [target, lines] of coming) target.append(lines);
  const isThere = (element) => element?.isConnected;
  const detail = { added: added.filter(isThere), changed: changed.filter(isThere), unseen };
  coming.clear();
  active.filter(isThere).forEach((element) => htmx.process(element));
  [added, changed, active, unseen, isApplying] = [[], [], [], 0, false];
  say("after", detail);
});
