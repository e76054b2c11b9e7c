// Forms that do something and leave the page where it is (data-act): what is refused is told, and
// what can be undone is offered. Each stands for itself: one that is under way delays no other,
// and its answer is heard even if its button is gone by then. Others ask by live:act.
//   in   live:act {url, values}
//   out  live:note {text}, live:underway {count, isRefused}, and on the body what the server
//        triggers: done, undoable

const strings = JSON.parse(document.getElementById("strings").textContent);
const underway = new Set(); // addresses: a second tap on the same button asks for nothing new

async function act(url, body) {
  if (underway.has(url)) return;
  underway.add(url);
  count();
  const headers = { "HX-Request": "true" };
  const answer = await fetch(url, { method: "POST", body, headers }).catch(() => null);
  underway.delete(url);
  if (answer?.ok) trigger(answer);
  else tell(answer);
  count(!answer?.ok);
}

function count(isRefused = false) {
  const detail = { count: underway.size, isRefused };
  document.dispatchEvent(new CustomEvent("live:underway", { detail }));
}

function trigger(answer) {
  const raw = answer.headers.get("HX-Trigger") ?? "";
  const triggered = raw.startsWith("{") ? JSON.parse(raw) : { [raw]: {} };
  for (const [name, detail] of Object.entries(triggered))
    document.body.dispatchEvent(new CustomEvent(name, { detail }));
}

async function tell(answer) {
  const isText = answer?.headers.get("Content-Type")?.startsWith("text/plain");
  const text = isText ? await answer.text() : strings.failed;
  document.dispatchEvent(new CustomEvent("live:note", { detail: { text } }));
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!("act" in form.dataset)) return;
  event.preventDefault();
  const url = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const body = new FormData(form);
  if (submitter?.name) body.set(submitter.name, submitter.value);
  act(url, body);
  if (form.id === "modes") form.reset(); // a reason is given for one switch, and not for the next
});

document.addEventListener("live:act", ({ detail: { url, values } }) => {
  const body = new FormData(document.getElementById("act"));
  for (const name in values) body.set(name, values[name]);
  act(url, body);
});
