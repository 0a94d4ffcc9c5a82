/** Why did this happen? The chain of causes, nearest first. */

import { h, panel, setChildren } from "./dom.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./types.js").State} State */

/** @type {Record<string, string>} */
const MEANING = {
  documented: "AWS documents it",
  measured: "somebody measured it on AWS",
  assumed: "nobody outside AWS knows; this is our choice",
  you: "you decided it: your setting, your code or your traffic",
};

/**
 * @param {Run} run
 * @param {import("./types.js").Go} go
 */
export function why(run, go) {
  const list = h("ol", { class: "ll-chain" });
  const body = h(
    "div",
    { class: "ll-body ll-scroll", tabindex: 0, role: "region", "aria-label": "Causes" },
    list,
  );
  const element = panel("why", "Why did this happen?", body);
  let drawn = -1;
  /** @type {Map<string, HTMLElement>} the rows that are shown */
  let rows = new Map();
  let settled = -1;
  let scrolled = false; // to ask the box would cost a layout
  body.addEventListener("scroll", () => {
    scrolled = true;
  });
  return {
    element,
    /** @param {State} state */
    show({ step }) {
      if (step === drawn || !run.length) return;
      drawn = step;
      // Neighbours share most of their causes, and so the rows.
      const shown = new Map();
      for (const link of run.why(step)) {
        const key = `${link.seq} ${link.given} ${link.text}`;
        shown.set(key, rows.get(key) ?? row(run, go, link));
      }
      rows = shown;
      setChildren(list, [...rows.values()]);
    },
    /** @param {State} state */
    settle({ step }) {
      if (step !== settled && scrolled) body.scrollTop = 0;
      if (step !== settled) scrolled = false;
      settled = step;
    },
  };
}

/**
 * @param {Run} run
 * @param {import("./types.js").Go} go
 * @param {import("./run.js").Link} link
 */
function row(run, go, link) {
  const [id, sentence, , page] = link.rule;
  const at = run.time(link.seq);
  const jump = h("button", {
    type: "button",
    class: "ll-link ll-at",
    title: `Go to entry ${link.seq}`,
    text: at,
    onclick: () => go.to(link.seq),
  });
  const words = link.label ? (link.given ? "given " : "because ") : "… ";
  const lead = h("span", { class: "ll-lead", text: words });
  const what = h("p", { class: "ll-what" }, lead, link.text);
  const item = h("li", { class: link.given ? "ll-given" : "ll-because" }, jump, what);
  if (link.label) {
    const title = MEANING[link.label];
    item.append(h("span", { class: `ll-chip ll-chip-${link.label}`, title, text: link.label }));
  }
  if (!link.given && link.label !== "you") item.append(rule(id, sentence, page));
  return item;
}

/**
 * @param {string} id
 * @param {string} sentence
 * @param {string} page
 */
function rule(id, sentence, page) {
  const words = h("p", { class: "ll-rule" }, `${sentence} `);
  if (!page) return words;
  words.append(
    h("a", {
      href: page,
      target: "_blank",
      rel: "noopener noreferrer",
      title: `${id} (opens in a new tab)`,
      text: site(page),
    }),
  );
  return words;
}

/**
 * Name a page by its site and its last part.
 * @param {string} page
 */
function site(page) {
  const { hostname, pathname } = new URL(page);
  const last = pathname.split("/").filter(Boolean).at(-1);
  return hostname.includes("aws.amazon.com") && last
    ? `AWS: ${last}`
    : hostname.replace(/^www\./, "");
}
