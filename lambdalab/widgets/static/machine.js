/** The state machine of the followed thing: small, and its places never change. */

import { count, h, panel, seconds, setChildren } from "./dom.js";
import { NONE } from "./run.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./run.js").Machine} Machine */
/** @typedef {import("./run.js").State} Entered */

const [WIDTH, HEIGHT] = [92, 34]; // of a state, in px
const [ACROSS, DOWN] = [158, 74]; // from one place to the next
const [LEFT, TOP] = [70, 24];
const APART = 9; // px between the two edges of a pair that goes both ways
const SHOWN = 8; // latest states in words

/**
 * @param {Run} run
 * @param {import("./types.js").Go} go
 * @param {string} id unique in the page
 */
export function machine(run, go, id) {
  const pictures = run.machines.map((machine, n) => picture(machine, `${id}-${n}`));
  const now = h("p", { class: "ll-now" });
  const history = h("p", { class: "ll-history" });
  const earlier = h("span", {});
  const stage = h("div", { class: "ll-machine" }, ...pictures.map(({ element }) => element));
  const element = panel("machine", "States", h("div", { class: "ll-body" }, stage, now, history));
  const title = element.querySelector(".ll-title");
  let drawn = "";
  /** @type {Map<string, HTMLElement>} the latest states, as buttons */
  let buttons = new Map();
  return {
    element,
    /** @param {import("./types.js").State} state */
    show({ step, environment, followed }) {
      const which = subject(run, environment, followed);
      const state = run.stateAt(run.machines[which.machine], which.number, step);
      const key = `${which.machine} ${which.number} ${state.entered}`;
      if (key === drawn) return;
      drawn = key;
      const machine = run.machines[which.machine];
      if (title) title.textContent = machine.name;
      pictures.forEach(({ element }, n) => {
        element.style.display = n === which.machine ? "" : "none";
      });
      const words = sentence(run, machine, which.number, state);
      pictures[which.machine].mark(state, words);
      now.textContent = words;
      const first = Math.max(state.entered - SHOWN, 0);
      const latest = (machine.changes[which.number] ?? []).slice(first, state.entered);
      buttons = new Map(
        latest.map((n) => {
          const lead = n === latest[0] ? "" : " → ";
          const key = `${which.machine} ${n} ${lead}`;
          return [key, buttons.get(key) ?? entered(run, go, machine, n, lead)];
        }),
      );
      earlier.textContent = first ? `${count(first)} earlier … ` : "";
      setChildren(history, [earlier, ...buttons.values()]);
    },
  };
}

/**
 * Whose machine is shown: that of what is followed, if it has one, else of an environment.
 * @param {Run} run
 * @param {number} environment
 * @param {import("./types.js").Thing | null} followed
 */
function subject(run, environment, followed) {
  const own = run.machines.findIndex(
    (machine) => machine.kind === followed?.kind && machine.seqs[followed.number]?.length,
  );
  if (own < 0 || !followed) return { machine: 0, number: environment };
  return { machine: own, number: followed.number };
}

/**
 * Draw a machine; `mark` shows where a thing is in it.
 * @param {Machine} machine
 * @param {string} id
 */
function picture(machine, id) {
  const columns = Math.max(...machine.states.map(([, x]) => x)) + 1;
  const rows = Math.max(...machine.states.map(([, , y]) => y)) + 1;
  const [width, height] = [LEFT + ACROSS * (columns - 1) + 58, TOP + DOWN * (rows - 1) + 26];
  const edges = machine.edges.map(
    (edge) => `<path class="ll-edge" d="${line(machine, edge)}" marker-end="url(#${id}-tip)"/>`,
  );
  const nodes = machine.states.map(([name], n) => {
    const [x, y] = middle(machine, n);
    const round = machine.ends.includes(n) ? 4 : 17;
    const box = `x="${x - WIDTH / 2}" y="${y - HEIGHT / 2}" width="${WIDTH}" height="${HEIGHT}"`;
    const words = `<text x="${x}" y="${y + 4.5}">${name}</text>`;
    return `<g class="ll-node"><rect ${box} rx="${round}"/>${words}</g>`;
  });
  const element = h("div", {});
  // markerUnits: a bold edge keeps the size of its tip.
  element.innerHTML = `<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img"><defs><marker
    id="${id}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
    markerUnits="userSpaceOnUse" orient="auto"><path class="ll-tip" d="M0 0L8 4L0 8z"/></marker></defs>
    ${edges.join("")}${nodes.join("")}</svg>`;
  const svg = element.querySelector("svg");
  const drawnEdges = [...element.querySelectorAll(".ll-edge")];
  const drawnNodes = [...element.querySelectorAll(".ll-node")];
  return {
    element,
    /** @param {Entered} entered @param {string} words */
    mark({ state, before }, words) {
      svg?.setAttribute("aria-label", `${machine.name}. ${words}`);
      drawnNodes.forEach((node, n) => node.classList.toggle("ll-current", n === state));
      drawnEdges.forEach((edge, n) => {
        const [from, to] = machine.edges[n];
        edge.classList.toggle("ll-taken", state !== NONE && from === before && to === state);
      });
    },
  };
}

/**
 * @param {Machine} machine
 * @param {number} state
 */
function middle(machine, state) {
  const [, column, row] = machine.states[state];
  return [LEFT + column * ACROSS, TOP + row * DOWN];
}

/**
 * A line from the edge of one box to that of another; of a pair each keeps to its right.
 * @param {Machine} machine
 * @param {[number, number]} edge
 */
function line(machine, [from, to]) {
  const [x, y] = middle(machine, to);
  if (from === NONE) return `M${x - WIDTH / 2 - 20} ${y}H${x - WIDTH / 2}`;
  const [ax, ay] = middle(machine, from);
  const paired = machine.edges.some(([a, b]) => a === to && b === from);
  const length = Math.hypot(x - ax, y - ay);
  const [ux, uy] = [(x - ax) / length, (y - ay) / length];
  const shift = paired ? APART : 0;
  const start = border(ax - uy * shift, ay + ux * shift, ax, ay, ux, uy);
  const end = border(x - uy * shift, y + ux * shift, x, y, -ux, -uy);
  return `M${start[0].toFixed(1)} ${start[1].toFixed(1)}L${end[0].toFixed(1)} ${end[1].toFixed(1)}`;
}

/**
 * Where a ray from a point leaves the box around a middle.
 * @param {number} px
 * @param {number} py
 * @param {number} x
 * @param {number} y
 * @param {number} ux
 * @param {number} uy
 */
function border(px, py, x, y, ux, uy) {
  const across = ux ? ((Math.sign(ux) * WIDTH) / 2 - (px - x)) / ux : Infinity;
  const down = uy ? ((Math.sign(uy) * HEIGHT) / 2 - (py - y)) / uy : Infinity;
  const length = Math.min(across, down);
  return [px + ux * length, py + uy * length];
}

/** @type {Record<string, string>} */
const SAID = { Init: "in Init", Invoke: "in Invoke", Shutdown: "gone" };

/**
 * @param {Run} run
 * @param {Machine} machine
 * @param {number} number
 * @param {Entered} entered
 */
function sentence(run, machine, number, { state, seq, entered }) {
  const name = run.nameOf({ kind: machine.kind, number });
  if (!name) return "No environment exists yet.";
  if (!entered) return `${name} does not exist yet.`;
  const [word] = machine.states[state];
  const is = `${name} is ${SAID[word] ?? word.toLowerCase()} since ${seconds(run.entries.at[seq])}.`;
  if (machine !== run.phases) return is;
  const own = machine.changes[number].slice(0, entered);
  const served = own.filter((n) => machine.state[n] === 1).length;
  const times = ["", "once", "twice"][served] ?? `${count(served)} times`;
  return served ? `${is} It has been invoked ${times}.` : is;
}

/**
 * A state that was entered, as a button that leads to its entry.
 * @param {Run} run
 * @param {import("./types.js").Go} go
 * @param {Machine} machine
 * @param {number} n
 * @param {string} lead
 */
function entered(run, go, machine, n, lead) {
  const seq = machine.seq[n];
  const words = `${machine.states[machine.state[n]][0]} ${seconds(run.entries.at[seq])}`;
  const attributes = { type: "button", class: "ll-link", title: `Go to entry ${seq}`, text: words };
  const button = h("button", { ...attributes, onclick: () => go.to(seq) });
  return h("span", {}, lead, button);
}
