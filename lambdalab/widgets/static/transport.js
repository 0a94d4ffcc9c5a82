/** First, back, forward, last, the slider, whom to follow, and the sentence of the entry. */

import { count, h, noteClass, seconds } from "./dom.js";

const MOST_CHOICES = 200; // of environments and of requests to follow
const ICONS = {
  first: "M3 2h2v12H3zM13 2v12L5.5 8z",
  back: "M11.5 2v12L4 8z",
  forward: "M4.5 2v12L12 8z",
  last: "M11 2h2v12h-2zM3 2v12l7.5-6z",
  notable: "M2 2v12l6-6zM8 2v12l6-6z",
};

/** Say what is shown: its title, the time, the entry, the seed. */
export function header(run) {
  const { title, seed } = run.columns;
  const at = h("strong", {});
  const entry = h("strong", {});
  const place = h("span", {});
  const facts = [h("span", {}, "t = ", at), h("span", {}, "entry ", entry), place];
  if (seed !== null) facts.push(h("span", { text: `seed ${seed}` }));
  const element = h(
    "header",
    { class: "ll-header" },
    h("p", { class: "ll-name", text: title || "A run, step by step" }),
    h("p", { class: "ll-facts" }, ...facts),
  );
  return {
    element,
    show({ step }) {
      at.textContent = run.length ? seconds(run.entries.at[step]) : "";
      entry.textContent = run.length ? `#${step}` : "none";
      place.textContent = `${count(run.length && step + 1)} of ${count(run.length)}`;
    },
  };
}

/**
 * The row of controls.
 * @param {import("./run.js").Run} run
 * @param {any} go what the controls may do
 */
export function transport(run, go) {
  const first = button("first", "First entry", "Home", () => go.to(0));
  const back = button("back", "Back", "←", () => go.by(-1));
  const forward = button("forward", "Forward", "→", () => go.by(1));
  const last = button("last", "Last entry", "End", () => go.to(run.length - 1));
  const slider = h("input", {
    type: "range",
    class: "ll-slider",
    min: 0,
    max: Math.max(run.length - 1, 0),
    "aria-label": "Entry",
    oninput: () => go.to(Number(slider.value)),
  });
  const notable = button("notable", "Next failure, refusal or cold start", "N", go.notable);
  notable.append(h("span", { text: "Next of note" }));
  notable.classList.add("ll-worded");
  const help = h("button", {
    type: "button",
    class: "ll-button ll-question",
    "aria-label": "Keys",
    "aria-expanded": "false",
    title: "Keys (?)",
    text: "?",
    onclick: () => go.help(),
  });
  const element = h(
    "div",
    { class: "ll-transport" },
    h(
      "div",
      { class: "ll-buttons", role: "group", "aria-label": "Step" },
      first,
      back,
      forward,
      last,
    ),
    slider,
    notable,
    follow(run, go),
    help,
  );
  return {
    element,
    show({ step, help: open }) {
      slider.value = step;
      slider.setAttribute(
        "aria-valuetext",
        `${step + 1} of ${run.length}: ${run.entries.text[step]}`,
      );
      unavailable(first, step <= 0);
      unavailable(back, step <= 0);
      unavailable(forward, step >= run.length - 1);
      unavailable(last, step >= run.length - 1);
      unavailable(notable, run.beside(run.notableSeqs, step, 1) === step);
      help.setAttribute("aria-expanded", String(open));
    },
  };
}

/** Mark a button that has nothing to do. It keeps the focus: `disabled` would drop it. */
function unavailable(element, is) {
  element.setAttribute("aria-disabled", String(is));
}

function button(icon, words, key, onclick) {
  const element = h("button", {
    type: "button",
    class: `ll-button ll-${icon}`,
    "aria-label": words,
    title: `${words} (${key})`,
    onclick,
  });
  element.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
  return element;
}

/** Choose whom to follow. */
function follow(run, go) {
  const { environments, requests } = run.columns;
  const group = (label, kind, names) => {
    const shown = names.slice(0, MOST_CHOICES);
    const options = shown.map((name, n) => h("option", { value: `${kind} ${n}`, text: name }));
    const more = names.length - shown.length;
    if (more > 0) options.push(h("option", { disabled: "", text: `and ${count(more)} more` }));
    return h("optgroup", { label }, ...options);
  };
  const select = h(
    "select",
    {
      class: "ll-select",
      onchange: () => {
        const [kind, number] = select.value.split(" ");
        go.follow(kind ? { kind, number: Number(number) } : null);
      },
    },
    h("option", { value: "", text: "what happens" }),
    group("Environments", "environment", environments.name),
    group("Requests", "request", requests),
  );
  return h("label", { class: "ll-follow" }, h("span", { text: "Follow" }), select);
}

/** The sentence of the current entry, which a screen reader speaks. */
export function narration(run) {
  const note = h("span", { class: "ll-note" });
  const words = h("span", { class: "ll-words" });
  const number = h("span", { class: "ll-number", "aria-hidden": "true" });
  const element = h("p", { class: "ll-narration" }, number);
  element.append(
    h("span", { role: "status", "aria-live": "polite", "aria-atomic": "true" }, words, note),
  );
  return {
    element,
    show({ step }) {
      number.textContent = run.length ? `#${step}` : "";
      words.textContent = run.entries.text[step] ?? "Nothing happened in this run.";
      const word = run.notable.get(step);
      note.textContent = word ?? "";
      note.hidden = !word;
      note.className = noteClass(word);
    },
  };
}
