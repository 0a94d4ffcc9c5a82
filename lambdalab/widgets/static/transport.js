/** First, back, forward, last, the slider, whom to follow, and the sentence of the entry. */

import { count, h, noteClass } from "./dom.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./types.js").Go} Go */
/** @typedef {import("./types.js").State} State */

const MOST_CHOICES = 200; // of environments and of requests to follow
/** @type {Record<string, string>} */
const ICONS = {
  first: "M3 2h2v12H3zM13 2v12L5.5 8z",
  back: "M11.5 2v12L4 8z",
  forward: "M4.5 2v12L12 8z",
  last: "M11 2h2v12h-2zM3 2v12l7.5-6z",
  notable: "M2 2v12l6-6zM8 2v12l6-6z",
  play: "M2 3h3v10H2zM7 3l7 5-7 5z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
};
const MARKS = 400; // places for marks below the slider
const SPEEDS = [1, 2, 5, 10, 20]; // entries a second

/**
 * Say what is shown: its title, the time, the entry, the seed.
 * @param {Run} run
 */
export function header(run) {
  const { title, seed } = run.columns;
  const at = h("strong", {});
  const entry = h("strong", {});
  const last = ` of #${Math.max(run.length - 1, 0)}`;
  const place = h("span", {}, "entry ", entry, run.length ? last : "");
  const facts = [h("span", {}, "t = ", at), place];
  if (seed !== null) facts.push(h("span", { text: `seed ${seed}` }));
  const element = h(
    "header",
    { class: "ll-header" },
    h("p", { class: "ll-name", text: title || "A run, step by step" }),
    h("p", { class: "ll-facts" }, ...facts),
  );
  return {
    element,
    /** @param {State} state */
    show({ step }) {
      at.textContent = run.length ? run.time(step) : "";
      entry.textContent = run.length ? `#${step}` : "none";
    },
  };
}

/**
 * The row of controls.
 * @param {Run} run
 * @param {Go} go what the controls may do
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
  const play = button("play", "Play", "P", () => go.play());
  const icon = play.querySelector("path");
  const playWord = h("span", {});
  play.append(playWord);
  const speed = h(
    "select",
    {
      class: "ll-select",
      "aria-label": "Entries a second",
      title: "Entries a second",
      onchange: () => go.speed(Number(speed.value)),
    },
    ...SPEEDS.map((n) => h("option", { value: n, text: `${n}×` })),
  );
  speed.value = String(SPEEDS[1]);
  const { element: jump, notable } = jumps(run, go);
  const help = h("button", {
    type: "button",
    class: "ll-button ll-question",
    "aria-label": "Keys",
    "aria-expanded": "false",
    title: "Keys (?)",
    text: "?",
    onclick: () => go.help(),
  });
  const chosen = follow(run, go);
  const fork = h("button", {
    type: "button",
    class: "ll-button",
    "aria-expanded": "false",
    title: "Change a setting from here on (K)",
    text: "Fork here",
    onclick: () => go.fork(),
  });
  fork.hidden = !run.columns.settable.length;
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
    h("div", { class: "ll-buttons", role: "group", "aria-label": "Play" }, play, speed),
    h("div", { class: "ll-track" }, slider, marks(run)),
    jump,
    chosen.element,
    fork,
    help,
  );
  return {
    element,
    /** @param {State} state */
    show(state) {
      const { step, help: open, playing } = state;
      icon?.setAttribute("d", ICONS[playing ? "pause" : "play"]);
      playWord.textContent = playing ? "Pause" : "Play";
      play.setAttribute("aria-label", playWord.textContent);
      chosen.show(state);
      fork.setAttribute("aria-expanded", String(state.fork));
      slider.value = step;
      slider.setAttribute(
        "aria-valuetext",
        `${step + 1} of ${run.length}: ${run.entries.text[step]}`,
      );
      unavailable(first, step <= 0);
      unavailable(back, step <= 0);
      unavailable(forward, step >= run.length - 1);
      unavailable(last, step >= run.length - 1);
      unavailable(notable, run.beside(go.wanted(), step, 1) === step);
      unavailable(play, step >= run.length - 1);
      help.setAttribute("aria-expanded", String(open));
    },
  };
}

/**
 * Below the slider a mark for each entry of note.
 * @param {Run} run
 */
function marks(run) {
  const paths = { init: "", alarm: "" };
  const drawn = new Set();
  for (const [seq, word] of run.notable) {
    const kind = noteClass(word).endsWith("init") ? "init" : "alarm";
    const x = Math.round((seq / Math.max(run.length - 1, 1)) * MARKS);
    if (drawn.has(`${kind} ${x}`)) continue;
    drawn.add(`${kind} ${x}`);
    paths[kind] += `M${x} 0v1`;
  }
  const element = h("div", { class: "ll-marks", "aria-hidden": "true" });
  element.innerHTML =
    `<svg viewBox="0 0 ${MARKS} 1" preserveAspectRatio="none"><path class="ll-mark-init" ` +
    `d="${paths.init}"/><path class="ll-mark-alarm" d="${paths.alarm}"/></svg>`;
  return element;
}

/**
 * Mark a button that has nothing to do. It keeps the focus: `disabled` would drop it.
 * @param {HTMLElement} element
 * @param {boolean} is
 */
function unavailable(element, is) {
  element.setAttribute("aria-disabled", String(is));
}

/**
 * @param {string} icon
 * @param {string} words
 * @param {string} key
 * @param {() => void} onclick
 */
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

/**
 * Choose what to jump to, and jump: anything of note, or failures, retries, cold starts...
 * @param {Run} run
 * @param {Go} go
 */
function jumps(run, go) {
  const counts = new Map();
  for (const word of run.notable.values()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const select = h(
    "select",
    {
      class: "ll-select",
      "aria-label": "Jump to",
      onchange: () => go.want(select.value),
    },
    h("option", { value: "", text: "anything of note" }),
    ...[...counts].map(([word, n]) => h("option", { value: word, text: `${word} (${count(n)})` })),
  );
  const notable = button("notable", "Next failure, refusal or cold start", "N", () => go.notable());
  notable.append(h("span", { text: "Next" }));
  notable.classList.add("ll-worded");
  return { element: h("div", { class: "ll-buttons ll-jump" }, notable, select), notable };
}

/**
 * Choose whom to follow.
 * @param {Run} run
 * @param {Go} go
 */
function follow(run, go) {
  const group = (/** @type {import("./run.js").Things} */ { kind, words, names }) => {
    const shown = names.slice(0, MOST_CHOICES);
    const options = shown.map((name, n) => h("option", { value: `${kind} ${n}`, text: name }));
    const more = names.length - shown.length;
    if (more > 0) options.push(h("option", { disabled: "", text: `and ${count(more)} more` }));
    return h("optgroup", { label: words }, ...options);
  };
  const other = h("option", { value: "other", hidden: "" });
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
    ...run.things.filter(({ names }) => names.length).map(group),
    other,
  );
  let drawn = "";
  return {
    element: h("label", { class: "ll-follow" }, h("span", { text: "Follow" }), select),
    /** @param {State} state */
    show({ followed }) {
      const value = followed ? `${followed.kind} ${followed.number}` : "";
      if (value === drawn) return;
      drawn = value;
      select.value = value;
      if (!followed || select.value === value) return;
      other.textContent = run.nameOf(followed); // one of those that are not in the list
      select.value = "other";
    },
  };
}

/**
 * The sentence of the current entry, which a screen reader speaks.
 * @param {Run} run
 */
export function narration(run) {
  const note = h("span", { class: "ll-note" });
  const words = h("span", { class: "ll-words" });
  const number = h("span", { class: "ll-number", "aria-hidden": "true" });
  const element = h("p", { class: "ll-narration" }, number);
  const live = { role: "status", "aria-live": "polite", "aria-atomic": "true" };
  const status = h("span", live, words, note);
  element.append(status);
  return {
    element,
    /** @param {State} state */
    show({ step, playing }) {
      // While it plays, a screen reader would not get to the end of any sentence.
      status.setAttribute("aria-live", playing ? "off" : "polite");
      number.textContent = run.length ? `#${step}` : "";
      words.textContent = run.entries.text[step] ?? "Nothing happened in this run.";
      const word = run.notable.get(step);
      note.textContent = word ?? "";
      note.hidden = !word;
      note.className = noteClass(word);
    },
  };
}
