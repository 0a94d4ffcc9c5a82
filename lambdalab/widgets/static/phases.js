/** The phases of the followed environment: a small machine whose places never change. */

import { count, h, panel, seconds } from "./dom.js";
import { NONE } from "./run.js";

const NAMES = ["Init", "Invoke", "Frozen", "Shutdown", "Restore"]; // as in lanes.py
const RESTORE = 4; // it stands where Init does
const PLACES = [
  [70, 26],
  [240, 26],
  [240, 104],
  [70, 104],
]; // the middle of each, in px
const [WIDTH, HEIGHT] = [92, 36];
/** @type {[number, number, string][]} from, to, path */
const EDGES = [
  [NONE, 0, "M4 26H20"],
  [0, 1, "M116 26H190"],
  [0, 2, "M105 44L190 88"],
  [1, 2, "M254 44V82"],
  [2, 1, "M226 86V48"],
  [2, 3, "M194 104H120"],
  [1, 1, "M272 44C300 66 322 34 290 28"],
];
const SHOWN = 8; // latest phases in words

/**
 * @param {import("./run.js").Run} run
 * @param {any} go
 * @param {string} id unique in the page
 */
export function phases(run, go, id) {
  const picture = h("div", { class: "ll-machine" });
  picture.innerHTML = machine(id);
  const svg = picture.firstElementChild;
  const nodes = [...picture.querySelectorAll(".ll-node")];
  const edges = [...picture.querySelectorAll(".ll-edge")];
  const now = h("p", { class: "ll-now" });
  const history = h("p", { class: "ll-history" });
  const element = panel("phases", "Phases", h("div", { class: "ll-body" }, picture, now, history));
  let drawn = "";
  return {
    element,
    show({ step, environment }) {
      const entered = run.phasesUntil(environment, step);
      const key = `${environment} ${entered}`;
      if (key === drawn) return;
      drawn = key;
      const [phase, before] = [1, 2].map((n) => place(run.phase(environment, entered - n).phase));
      const first = entered ? run.phase(environment, 0).phase : NONE;
      nodes[0].lastElementChild.textContent = first === RESTORE ? "Restore" : "Init";
      nodes.forEach((node, n) => node.classList.toggle("ll-current", n === phase));
      edges.forEach((edge, n) => {
        const taken = phase !== NONE && EDGES[n][0] === before && EDGES[n][1] === phase;
        edge.classList.toggle("ll-taken", taken);
      });
      const words = sentence(run, environment, entered);
      now.textContent = words;
      svg.setAttribute("aria-label", `Phases. ${words}`);
      history.replaceChildren(...steps(run, go, environment, entered));
    },
  };
}

/** Where a phase stands in the picture. */
const place = (phase) => (phase === RESTORE ? 0 : phase);

function machine(id) {
  const edges = EDGES.map(
    ([, , d]) => `<path class="ll-edge" d="${d}" marker-end="url(#${id}-tip)"/>`,
  );
  const nodes = NAMES.slice(0, RESTORE).map((name, n) => {
    const [x, y] = PLACES[n];
    const box = `x="${x - WIDTH / 2}" y="${y - HEIGHT / 2}" width="${WIDTH}" height="${HEIGHT}"`;
    const shape = `<rect ${box} rx="${n === 3 ? 4 : 18}"/>`;
    return `<g class="ll-node">${shape}<text x="${x}" y="${y + 4.5}">${name}</text></g>`;
  });
  // markerUnits: a bold edge keeps the size of its tip.
  return `<svg viewBox="0 0 322 128" role="img"><defs><marker id="${id}-tip" viewBox="0 0 8 8" refX="6"
    refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path
    class="ll-tip" d="M0 0L8 4L0 8z"/></marker></defs>${edges.join("")}${nodes.join("")}</svg>`;
}

function sentence(run, environment, entered) {
  const name = run.columns.environments.name[environment];
  if (!name) return "No environment exists yet.";
  if (!entered) return `${name} does not exist yet.`;
  const { phase, seq } = run.phase(environment, entered - 1);
  const is = ["in Init", "in Invoke", "Frozen", "gone", "in Restore"][phase];
  let served = 0;
  for (let n = 0; n < entered; n++) served += Number(run.phase(environment, n).phase === 1);
  const times = ["", "once", "twice"][served] ?? `${count(served)} times`;
  const invoked = served ? ` It has been invoked ${times}.` : "";
  return `${name} is ${is} since ${seconds(run.entries.at[seq])}.${invoked}`;
}

/** The latest phases as buttons that lead to their entries. */
function steps(run, go, environment, entered) {
  const first = Math.max(entered - SHOWN, 0);
  const parts = first ? [`${count(first)} earlier … `] : [];
  for (let n = first; n < entered; n++) {
    const { phase, seq } = run.phase(environment, n);
    if (n > first) parts.push(" → ");
    parts.push(
      h("button", {
        type: "button",
        class: "ll-link",
        title: `Go to entry ${seq}`,
        text: `${NAMES[phase]} ${seconds(run.entries.at[seq])}`,
        onclick: () => go.to(seq),
      }),
    );
  }
  return parts;
}
