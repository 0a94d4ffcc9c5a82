/** What is in each queue at the moment: whose turn it is, what is tried, what waits, until when. */

import { count, h, panel, seconds } from "./dom.js";
import { NONE } from "./run.js";

/** @typedef {import("./flow.js").Flow} Flow */
/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./types.js").Go} Go */

const HOLDS = new Set(["client", "source", "queue", "destination"]); // kinds of nodes with contents
const SENDS = new Set(["client", "source"]); // some of them only send, and hold nothing
const SHOWN = 12; // latest things of a queue

/**
 * @param {Run} run
 * @param {Flow} flow
 * @param {Go} go
 */
export function queues(run, flow, go) {
  const places = flow.nodes.flatMap(({ kind }, n) =>
    HOLDS.has(kind) && (!SENDS.has(kind) || flow.at[n].own.length) ? [n] : [],
  );
  const sends = places.every((n) => SENDS.has(flow.nodes[n].kind));
  const body = h("div", {
    class: "ll-body ll-scroll ll-queues",
    tabindex: 0,
    role: "region",
    "aria-label": "Contents of the queues",
  });
  const element = panel("queue", sends ? "Who waits" : "Queues", body);
  element.hidden = !places.length;
  let drawn = "";
  return {
    element,
    /** @param {import("./types.js").State} state */
    show({ step }) {
      const key = places.map((n) => `${flow.count(n, step)} ${flow.latest(n, step)}`).join();
      const waiting = places.some((n) => flow.count(n, step));
      const at = waiting ? run.entries.at[step] : 0;
      if (`${key} ${at}` === drawn) return;
      drawn = `${key} ${at}`;
      body.replaceChildren(...places.flatMap((n) => table(run, flow, go, n, step)));
    },
  };
}

/**
 * @param {Run} run
 * @param {Flow} flow
 * @param {Go} go
 * @param {number} node
 * @param {number} step
 */
function table(run, flow, go, node, step) {
  const number = flow.count(node, step);
  const head = h("p", { class: "ll-queue-name" }, h("strong", { text: flow.nodes[node].label }));
  head.append(number ? ` ${count(number)}` : " is empty");
  if (!number) return [head];
  const now = run.entries.at[step];
  const rows = flow.list(node, step, SHOWN).map((stay) => row(run, go, stay, now));
  const more = number - rows.length;
  const note =
    more > 0 ? [h("p", { class: "ll-empty", text: `and ${count(more)} before them` })] : [];
  return [head, ...note, h("ul", {}, ...rows)];
}

/**
 * @param {Run} run
 * @param {Go} go
 * @param {import("./flow.js").Stay} stay
 * @param {number} now
 */
function row(run, go, { thing, start, since, state, until, count: tries }, now) {
  const kind = run.things.find(({ names }) => names.includes(thing))?.kind ?? "";
  const number = run.namesOf(kind).indexOf(thing);
  const name =
    number < 0
      ? h("span", { text: thing })
      : h("button", {
          type: "button",
          class: "ll-link",
          title: `Follow ${thing}`,
          text: thing,
          onclick: () => go.follow({ kind, number }),
        });
  const left = until === NONE ? "" : ` until ${seconds(until)}`;
  const times = ["", "once", "twice"][tries] ?? `${count(tries)} times`;
  const done = kind === "message" ? "received" : "tried";
  const tried = state === "is tried" ? ` (try ${tries})` : tries ? `, ${done} ${times}` : "";
  const words = `${state}${left}${tried}, here for ${seconds(now - since)}`;
  const ring = h("span", { class: "ll-clock", "aria-hidden": "true" });
  const from = run.entries.at[start];
  if (until > from) {
    const share = Math.min(Math.max((until - now) / (until - from), 0), 1);
    ring.style.setProperty("--left", `${(share * 100).toFixed(1)}%`);
    ring.classList.add("ll-running");
  }
  return h("li", {}, ring, name, h("span", { text: words }));
}
