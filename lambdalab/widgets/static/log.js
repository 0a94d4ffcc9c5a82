/** What CloudWatch Logs holds so far of the followed environment. */

import { count, h, panel, setChildren } from "./dom.js";

/** @typedef {import("./run.js").Run} Run */

const SHOWN = 60; // latest lines

/** @param {Run} run */
export function log(run) {
  const body = h("div", {
    class: "ll-body ll-scroll",
    tabindex: 0,
    role: "region",
    "aria-label": "Log lines",
  });
  const stream = h("span", { class: "ll-aside" });
  const element = panel("log", "CloudWatch log", body, stream);
  let drawn = "";
  let settled = "";
  /** @type {Map<number, HTMLElement>} the rows that are shown */
  let rows = new Map();
  return {
    element,
    /** @param {import("./types.js").State} state */
    show({ step, environment, followed }) {
      const written = run.linesUntil(environment, step);
      const own = run.lines[environment] ?? [];
      const fresh = written && run.columns.lines.seq[own[written - 1]] === step;
      const who = environment < 0 && followed ? run.nameOf(followed) : "";
      const key = `${environment} ${written} ${fresh} ${who}`;
      if (key === drawn) return;
      drawn = key;
      const name = run.columns.environments.name[environment] ?? "";
      stream.textContent = name;
      const shown = own.slice(Math.max(written - SHOWN, 0), written);
      rows = new Map(shown.map((n) => [n, rows.get(n) ?? line(run, n)]));
      for (const [n, row] of rows)
        row.classList.toggle("ll-fresh", run.columns.lines.seq[n] === step);
      const words =
        written > SHOWN
          ? `${count(written - SHOWN)} earlier lines`
          : nothing(name, who, followed?.kind);
      const note = h("p", { class: "ll-empty", text: words });
      setChildren(body, [...(written && written <= SHOWN ? [] : [note]), ...rows.values()]);
    },
    settle() {
      if (settled === drawn) return;
      settled = drawn;
      if (rows.size) body.scrollTop = body.scrollHeight;
    },
  };
}

/**
 * @param {string} name
 * @param {string} who
 * @param {string | undefined} kind
 */
function nothing(name, who, kind) {
  if (who && kind === "request") return `No line: no environment has taken ${who} yet.`;
  if (who)
    return `No line of ${who} itself: environments write the log. Follow one to read its own.`;
  if (!name) return "No log stream: no environment exists yet.";
  return `No line yet: ${name} has written nothing to CloudWatch.`;
}

/**
 * @param {Run} run
 * @param {number} n
 */
function line(run, n) {
  const { seq, text } = run.columns.lines;
  return h(
    "p",
    { class: "ll-line" },
    h("span", { class: "ll-at", text: run.time(seq[n]) }),
    h("span", { class: "ll-text", text: text[n] }),
  );
}
