// Three conveniences. Every page says the same without them.
(() => {
  "use strict";

  // 1. Badges: the words for a version's standing on the visitor's date, in the site's time zone.

  const today = (zone) => {
    try {
      const parts = {};
      const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
        timeZone: zone || undefined, year: "numeric", month: "2-digit", day: "2-digit",
      });
      for (const part of format.formatToParts(new Date())) parts[part.type] = part.value;
      return parts.year.padStart(4, "0") + "-" + parts.month + "-" + parts.day;
    } catch {
      return ""; // An unknown zone: no badge is better than a wrong one.
    }
  };

  // `until` is the last day. Before `from` it is upcoming, unless it was replaced before it ever applied.
  const standing = (day, { from, until, withdrawn }) => {
    if (withdrawn && withdrawn <= day) return "gone";
    if (until && (until < day || until < from)) return "superseded";
    if (!from) return "";
    return from <= day ? "inForce" : "upcoming";
  };

  const day = today(document.documentElement.dataset.zone);
  for (const badge of document.querySelectorAll("[data-from]")) {
    const state = day && standing(day, badge.dataset);
    const words = state && badge.dataset[state];
    if (!words) continue;
    badge.textContent = words;
    badge.dataset.state = state;
    badge.hidden = false;
  }

  // 2. What applied on a day: the row of a day that is chosen. Days are compared as they are written.

  const chooser = document.querySelector(".on-day");
  if (chooser) {
    const field = chooser.querySelector("input");
    const told = chooser.querySelector("output");
    const tables = [...document.querySelectorAll(".applied table")];
    const inWords = (day) =>
      new Date(day + "T00:00:00Z").toLocaleDateString(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
    const choose = () => {
      const said = [];
      // While a year is typed, the day is one of long ago; an answer to that would only mislead.
      const asked = field.validity.valid ? field.value : "";
      for (const table of tables) {
        for (const row of table.querySelectorAll(".v-now")) row.classList.remove("v-now");
        if (!asked) continue;
        const holds = ({ dataset: { begins, ends } }) => begins <= asked && (!ends || asked <= ends);
        const row = [...table.querySelectorAll("[data-begins]")].find(holds);
        if (row) row.classList.add("v-now");
        const version = row ? row.dataset.version : "";
        const words = (version ? chooser.dataset.found : chooser.dataset.none)
          .replace("{day}", inWords(asked)).replace("{version}", version);
        said.push(table.dataset.audience ? table.caption.textContent + ": " + words : words);
      }
      told.textContent = said.join("; ");
      const first = document.querySelector(".applied .v-now");
      if (first) first.scrollIntoView({ block: "nearest" });
    };
    field.addEventListener("input", choose);
    field.addEventListener("blur", () => {
      if (field.validity.badInput) told.textContent = chooser.dataset.wrong;
    });
    chooser.addEventListener("submit", (event) => event.preventDefault());
    chooser.hidden = false;
    choose();
  }

  // 3. Redlines: previous and next change, by button and by key.

  const stepper = document.querySelector(".stepper");
  const changes = [...document.querySelectorAll("[data-redline] [id^='v-c']")]
    .filter((block) => /^v-c\d+$/.test(block.id));
  if (!stepper || changes.length === 0) return;

  const output = stepper.querySelector("output");
  const keys = stepper.querySelector("input");
  let current = -1;

  const say = () => {
    const words = current < 0 ? output.dataset.total : output.dataset.position;
    output.textContent = words
      .replace("{number}", String(current + 1))
      .replace("{count}", String(changes.length));
  };

  const mark = (index) => {
    if (current >= 0) changes[current].classList.remove("v-now");
    current = index;
    changes[current].classList.add("v-now");
    say();
  };

  const go = (index) => {
    mark((index + changes.length) % changes.length);
    const block = changes[current];
    if (!block.hasAttribute("tabindex")) block.tabIndex = -1;
    block.focus({ preventScroll: true });
    block.scrollIntoView({ block: "center" });
  };

  // The first step starts from what the visitor is looking at.
  const step = (forward) => {
    if (current >= 0) return go(current + (forward ? 1 : -1));
    const edge = stepper.getBoundingClientRect().bottom;
    const below = changes.findIndex((block) => block.getBoundingClientRect().top >= edge);
    const first = below < 0 ? changes.length : below;
    go(forward ? first % changes.length : first - 1);
  };

  const follow = () => {
    const index = changes.findIndex((block) => "#" + block.id === location.hash);
    if (index >= 0) mark(index);
  };

  const typing = (target) =>
    target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;

  for (const button of stepper.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => step(button.dataset.step === "next"));
  }
  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key !== "n" && key !== "p") return;
    event.preventDefault();
    step(key === "n");
  });
  addEventListener("hashchange", follow);

  stepper.hidden = false;
  say();
  follow();
})();
