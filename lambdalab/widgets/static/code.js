/** The handler's source, with the line that the followed environment has reached. */

import { h, notAbove, panel } from "./dom.js";

/** @typedef {import("./run.js").Run} Run */

const KEYWORDS =
  "and as assert async await break class continue def del elif else except finally for from global " +
  "if import in is lambda match nonlocal not or pass raise return try while with yield " +
  "None True False";
const TOKENS = new RegExp(
  [
    "(#.*)",
    "(\"\"\"[^]*?\"\"\"|'''[^]*?'''|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*')",
    `\\b(?:${KEYWORDS.replaceAll(" ", "|")})\\b`,
  ].join("|"),
  "g",
);

/** @param {Run} run */
export function code(run) {
  const { sources, environments } = run.columns;
  const list = h("ol", { class: "ll-source" });
  const body = h(
    "div",
    { class: "ll-body ll-scroll", tabindex: 0, role: "region", "aria-label": "Source code" },
    list,
  );
  const aside = h("span", { class: "ll-aside" });
  const element = panel("code", "Code", body, aside);
  element.hidden = Object.keys(sources).length === 0;
  /** @type {string | null} */
  let shown = null;
  /** @type {HTMLElement | null} */
  let marked = null;
  /** @type {HTMLElement | null} */
  let seen = null;
  return {
    element,
    /** @param {import("./types.js").State} state */
    show({ step, environment }) {
      const name = environments.function[environment] ?? Object.keys(sources)[0] ?? "";
      if (name !== shown) {
        shown = name;
        list.replaceChildren(...rows(sources[name]));
      }
      const line = lineAt(run, environment, step);
      aside.textContent = words(run, environment, step, name, line);
      marked?.classList.remove("ll-current");
      marked?.removeAttribute("aria-current");
      marked = line ? /** @type {HTMLElement} */ (list.children[line - 1]) : null;
      marked?.classList.add("ll-current");
      marked?.setAttribute("aria-current", "true");
    },
    settle() {
      if (marked && marked !== seen) reveal(body, marked);
      seen = marked;
    },
  };
}

/** @param {string} source */
function rows(source) {
  if (source === undefined)
    return [h("li", { class: "ll-empty", text: "no source: the handler is modelled" })];
  return coloured(source.replace(/\n$/, "")).map((words) => {
    const row = h("li", {}, h("code", {}, ...words));
    row.style.setProperty("--indent", `${row.textContent.search(/\S|$/) + 2}ch`);
    return row;
  });
}

/**
 * The lines of a source, with comments, strings and keywords set apart.
 * @param {string} source
 * @returns {(string | HTMLElement)[][]}
 */
function coloured(source) {
  /** @type {(string | HTMLElement)[][]} */
  const lines = [[]];
  const add = (/** @type {string} */ text, /** @type {string} */ kind) => {
    text.split("\n").forEach((part, n) => {
      if (n) lines.push([]);
      if (part) lines[lines.length - 1].push(kind ? h("span", { class: kind, text: part }) : part);
    });
  };
  let from = 0;
  for (const found of source.matchAll(TOKENS)) {
    add(source.slice(from, found.index), "");
    add(found[0], found[1] ? "ll-py-comment" : found[2] ? "ll-py-string" : "ll-py-keyword");
    from = found.index + found[0].length;
  }
  add(source.slice(from), "");
  return lines.map((words) => (words.length ? words : [" "]));
}

/**
 * The line reached since the environment entered its phase; 0 when no code runs.
 * @param {Run} run
 * @param {number} environment
 * @param {number} step
 */
function lineAt(run, environment, step) {
  const { state, seq: since } = run.stateAt(run.phases, environment, step);
  if (state !== 0 && state !== 1) return 0;
  const own = run.of.environment[environment];
  for (let place = notAbove(own, step) - 1; own[place] >= since; place--) {
    if (run.entries.line[own[place]]) return run.entries.line[own[place]];
  }
  return 0;
}

/**
 * @param {Run} run
 * @param {number} environment
 * @param {number} step
 * @param {string} name
 * @param {number} line
 */
function words(run, environment, step, name, line) {
  const who = run.columns.environments.name[environment];
  if (!who) return name;
  if (line) return `${name}, line ${line} in ${who}`;
  const { state } = run.stateAt(run.phases, environment, step);
  const ends = ["the module is loaded", "the handler is called"][state] ?? "no line runs";
  return `${name}: ${ends} in ${who}`;
}

/**
 * Scroll so that a row can be seen, inside its box only.
 * @param {HTMLElement} box
 * @param {HTMLElement} row
 */
function reveal(box, row) {
  const above = row.offsetTop - box.scrollTop; // the box is what the row is placed in
  if (above < 0 || above + row.offsetHeight > box.clientHeight) {
    box.scrollTop += above - box.clientHeight / 2;
  }
}
