/** What CloudWatch Logs holds so far of the followed environment. */

import { count, h, panel, seconds } from "./dom.js";

const SHOWN = 60; // latest lines

/** @param {import("./run.js").Run} run */
export function log(run) {
  const body = h("div", { class: "ll-body ll-scroll", tabindex: 0, role: "region", "aria-label": "Log lines" });
  const element = panel("log", "CloudWatch log", body);
  const stream = h("span", { class: "ll-aside" });
  element.firstElementChild.append(stream);
  let drawn = "";
  return {
    element,
    show({ step, environment }) {
      const written = run.linesUntil(environment, step);
      const own = run.lines[environment] ?? [];
      const fresh = written && run.columns.lines.seq[own[written - 1]] === step;
      const key = `${environment} ${written} ${fresh}`;
      if (key === drawn) return;
      drawn = key;
      const name = run.columns.environments.name[environment] ?? "";
      stream.textContent = name;
      const shown = own.slice(Math.max(written - SHOWN, 0), written);
      const rows = shown.map((n) => line(run, n, step));
      if (written > SHOWN) rows.unshift(h("p", { class: "ll-empty", text: `${count(written - SHOWN)} earlier lines` }));
      if (!written) rows.push(h("p", { class: "ll-empty", text: nothing(name) }));
      body.replaceChildren(...rows);
      body.scrollTop = body.scrollHeight;
    },
  };
}

function nothing(name) {
  if (!name) return "No log stream: no environment exists yet.";
  return `No line yet: ${name} has written nothing to CloudWatch.`;
}

function line(run, n, step) {
  const { seq, text } = run.columns.lines;
  return h(
    "p",
    { class: seq[n] === step ? "ll-line ll-fresh" : "ll-line" },
    h("span", { class: "ll-at", text: seconds(run.entries.at[seq[n]]) }),
    h("span", { class: "ll-text", text: text[n] }),
  );
}
