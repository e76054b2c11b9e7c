// Makes the fields for places comboboxes (WAI-ARIA: editable, list autocomplete, manual choice).
// What is typed stays what is sent; choosing adds the code. Without this the server asks back.

const PAUSE = 150; // milliseconds without typing, after which it is asked

class PlaceField {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("input[type=text]");
    this.code = root.querySelector("input[type=hidden]");
    this.status = root.querySelector("[role=status]");
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `${this.input.id}_list`, className: "place-list", role: "listbox", hidden: true });
    this.list.setAttribute("aria-label", root.querySelector("label").textContent.trim());
    root.querySelector(".place-input").append(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]])
      this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    // The pointer must not take the focus away before it has chosen.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => this.choose(target.closest("li")));
  }

  typed() {
    this.code.value = "";
    for (const radio of this.root.querySelectorAll("input[type=radio]")) radio.checked = false;
    clearTimeout(this.timer);
    this.asking?.abort();
    if (!this.input.value.trim()) return this.close();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.asking = new AbortController();
    const { signal } = this.asking;
    const url = `${this.root.dataset.places}?${new URLSearchParams({ q: this.input.value.trim() })}`;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal });
      if (answer.ok) this.show((await answer.json()).places);
    } catch {
      this.close(); // offline, or something newer is asked: the text can be sent as it is
    }
  }

  show(places) {
    if (document.activeElement !== this.input) return;
    this.list.replaceChildren(...places.map((place, index) => this.option(place, index)));
    this.expand(places.length > 0);
    this.status.textContent = places.length ? `${this.root.dataset.found} (${places.length})` : this.root.dataset.none;
  }

  option({ code, label, note }, index) {
    const option = document.createElement("li");
    Object.assign(option, { id: `${this.list.id}_${index}`, role: "option" });
    option.setAttribute("aria-selected", "false");
    Object.assign(option.dataset, { code, label });
    const name = document.createElement("span");
    name.textContent = label;
    const aside = document.createElement("span");
    aside.className = "quiet";
    aside.textContent = note;
    option.append(name, " ", aside);
    return option;
  }

  expand(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.expand(false);
    this.status.textContent = "";
  }

  get current() {
    return this.list.querySelector("[aria-selected=true]");
  }

  move(by) {
    const options = [...this.list.children];
    const from = this.current ? options.indexOf(this.current) : by > 0 ? -1 : 0;
    this.current?.setAttribute("aria-selected", "false");
    const next = options[(from + by + options.length) % options.length];
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", next.id);
  }

  choose(option) {
    if (!option) return;
    this.input.value = option.dataset.label;
    this.code.value = option.dataset.code;
    this.asking?.abort();
    this.close();
  }

  pressed(event) {
    if (event.isComposing) return;
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (isOpen) this.move(event.key === "ArrowDown" ? 1 : -1);
      else if (this.input.value.trim()) this.ask();
    } else if (event.key === "Enter" && isOpen && this.current) this.choose(this.current);
    else if (event.key === "Escape" && isOpen) this.close();
    else return;
    event.preventDefault();
  }
}

const upgrade = (within) => {
  for (const root of within.querySelectorAll("[data-places]:not([data-ready])")) {
    root.dataset.ready = "";
    new PlaceField(root);
  }
};
upgrade(document);
document.addEventListener("htmx:load", ({ target }) => upgrade(target.parentElement ?? document));
