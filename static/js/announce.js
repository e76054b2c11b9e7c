// What a screen reader says of the log: every message, a summary now and then, or nothing.

const strings = JSON.parse(document.getElementById("strings").textContent);
const said = document.getElementById("said");
const choice = document.getElementById("announce");
const SUMMARY = 20_000;
const BREATH = 1000; // milliseconds between two things that are said
let unsaid = 0;
let waiting = []; // lines that will be said
let timer = null;
let last = -BREATH;

choice.value = localStorage.getItem("announce") ?? "all";
document.getElementById("announce-label").hidden = false;
choice.addEventListener("change", () => localStorage.setItem("announce", choice.value));

const say = (text) => {
  said.textContent = text;
};

function words(line) {
  const text = line.querySelector(".text");
  if (!text) return line.querySelector("p").textContent.trim();
  const side = line.querySelector(".side")?.textContent;
  return (side ? strings.said_side : strings.said)
    .replace("{name}", line.querySelector(".who").textContent)
    .replace("{side}", side)
    .replace("{text}", text.textContent);
}

document.addEventListener("live:after", ({ detail: { added } }) => {
  const lines = added.filter((line) => !("mine" in line.dataset));
  if (!lines.length || choice.value === "off") return;
  if (choice.value === "summary") unsaid += lines.length;
  else {
    waiting.push(...lines);
    timer ??= setTimeout(read, last + BREATH - performance.now());
  }
});

function read() {
  // What has been taken away or trimmed meanwhile is not read out.
  const lines = waiting.map(({ id }) => document.getElementById(id)).filter(Boolean);
  [waiting, timer, last] = [[], null, performance.now()];
  if (lines.length > 3) say(strings.several.replace("{n}", lines.length));
  else say(lines.map(words).join(" "));
}

setInterval(() => {
  if (unsaid) say(strings.several.replace("{n}", unsaid));
  unsaid = 0;
}, SUMMARY);

document.addEventListener("live:milestone", ({ detail }) => choice.value !== "off" && say(detail.text));
// What was taken away is not read out again either.
document.addEventListener("live:gone", () => say(""));
