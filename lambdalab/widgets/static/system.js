/** The system: who sends, what waits, which environments work. Places never change. */

import { count, escaped, h, panel } from "./dom.js";
import { NONE } from "./run.js";

/** @typedef {import("./flow.js").Flow} Flow */
/** @typedef {import("./run.js").Run} Run */

const [HEIGHT, ROW, GAP] = [24, 31, 30]; // px
const CHARACTER = 6.3; // px, about
const WIDE = 7; // px, of a label that is cut
const SAID = 5; // places that are told in words

/** @type {Record<string, string>} */
const NAMES = {
  client: "clients",
  source: "from",
  queue: "queues",
  poller: "pollers",
  function: "functions",
  environment: "environments",
  destination: "to",
};

/** @typedef {import("./types.js").State} State */

/**
 * @param {Run} run
 * @param {Flow} flow
 * @param {import("./types.js").Go} go
 * @param {string} id unique in the page
 */
export function system(run, flow, go, id) {
  const stage = h("div", { class: "ll-system-stage" });
  const aside = h("span", { class: "ll-aside" });
  const element = panel("system", "System", h("div", { class: "ll-body" }, stage), aside);
  const columns = Math.max(...flow.nodes.map(({ x }) => x), 0) + 1;
  const rows = Math.max(...flow.nodes.map(({ y }) => y), 0) + 1;
  const names = run.namesOf("environment");
  let width = 0;
  /** @type {any[]} */
  let nodes = [];
  /** @type {Element[]} */
  let edges = [];
  /** @type {State | null} */
  let shown = null;
  /** @type {Element[]} */
  let bold = [];

  function resize() {
    const room = Math.floor(stage.clientWidth);
    if (!room || room === width) return;
    width = room;
    const box = (width - GAP * (columns - 1) - 4) / columns;
    stage.innerHTML = draw(flow, { width, box, rows, id });
    edges = [...stage.querySelectorAll(".ll-edge")];
    nodes = [...stage.querySelectorAll(".ll-place")].map((group, n) => ({
      group,
      there: group.querySelector(".ll-there"),
      words: "",
      latest: NONE, // the entry with which somebody last came here or left
      room: Math.floor((box - 16 - flow.nodes[n].label.length * CHARACTER) / CHARACTER),
      environment: flow.nodes[n].kind === "environment" ? names.indexOf(flow.nodes[n].label) : -1,
      drawn: "",
    }));
    if (shown) show(shown);
  }

  /** @param {State} state */
  function show(state) {
    shown = state;
    const { step } = state;
    if (!nodes.length) return;
    /** @type {string[]} */
    const said = [];
    nodes.forEach((node, n) => {
      const number = flow.count(n, step);
      const latest = flow.latest(n, step);
      if (node.latest !== latest) {
        node.latest = latest;
        node.words = words(flow.nodes[n].kind, number, number ? flow.list(n, step, 1)[0] : null);
      }
      const look = lookOf(run, node, number, step);
      if (number) said.push(`${flow.nodes[n].label}: ${node.words}`);
      if (node.drawn === `${node.words} ${look}`) return;
      node.drawn = `${node.words} ${look}`;
      node.there.textContent = number && node.words.length > node.room ? number : node.words;
      node.group.setAttribute("class", `ll-place ll-place-${look}`);
    });
    for (const edge of bold) edge.classList.remove("ll-taken");
    bold = (flow.moves.get(step) ?? []).map((n) => edges[n]);
    for (const edge of bold) edge.classList.add("ll-taken");
    const more = said.length > SAID ? [`and ${count(said.length - SAID)} more`] : [];
    aside.textContent = [...said.slice(0, SAID), ...more].join(" · ") || "nothing is under way";
    stage.firstElementChild?.setAttribute("aria-label", `System. ${aside.textContent}`);
  }

  stage.addEventListener("click", (/** @type {any} */ event) => {
    const group = event.target.closest(".ll-place");
    const node = nodes.find((node) => node.group === group);
    if (node && node.environment >= 0) go.follow({ kind: "environment", number: node.environment });
  });
  element.addEventListener("toggle", resize);
  return { element, show, resize };
}

/**
 * What is at a node, in few words.
 * @param {string} kind
 * @param {number} number
 * @param {import("./flow.js").Stay | null} first
 */
function words(kind, number, first) {
  if (!number) return "";
  if (kind === "environment" && number === 1) return first?.thing ?? "1";
  if (kind === "function") return number === 1 ? `${first?.thing} waits` : `${count(number)} wait`;
  return count(number);
}

/**
 * How a node looks: idle, in Init, at work, gone, or holding something.
 * @param {Run} run
 * @param {{environment: number}} node
 * @param {number} number
 * @param {number} step
 */
function lookOf(run, node, number, step) {
  if (node.environment < 0) return number ? "holds" : "empty";
  const { state } = run.stateAt(run.phases, node.environment, step);
  return ["init", "works", "idle", "gone"][state] ?? "empty";
}

/**
 * @param {Flow} flow
 * @param {{width: number, box: number, rows: number, id: string}} sizes
 */
function draw(flow, { width, box, rows, id }) {
  const top = 20;
  const height = top + rows * ROW;
  const place = (/** @type {{x: number, y: number}} */ { x, y }) => ({
    x: 2 + x * (box + GAP),
    y: top + y * ROW + (ROW - HEIGHT) / 2,
  });
  const short = (/** @type {string} */ label) => {
    const most = Math.floor((box - 22) / WIDE) - 2; // a number stands beside it
    if (label.length <= most) return label;
    const name = label.slice(label.indexOf(" ") + 1); // of "stream clicks" the name says more
    return name.length > most ? `${name.slice(0, most - 1)}…` : name;
  };
  const heads = flow.kinds.filter((kind) => flow.nodes.some((node) => node.kind === kind));
  const words = heads.map(
    (kind, n) => `<text class="ll-label" x="${2 + n * (box + GAP)}" y="12">${NAMES[kind]}</text>`,
  );
  const edges = flow.edges.map(([from, to]) => {
    const [a, b] = [place(flow.nodes[from]), place(flow.nodes[to])];
    const [start, end] = [a.x + box, b.x - 2];
    const [y, z] = [a.y + HEIGHT / 2, b.y + HEIGHT / 2];
    const bend = start + GAP - 6; // all that goes up or down does so right of where it begins
    const apart = flow.nodes[to].x - flow.nodes[from].x;
    const back = `M${a.x} ${y}C${a.x - GAP} ${y} ${b.x + box + GAP} ${z} ${b.x + box + 2} ${z}`;
    const d =
      apart > 0
        ? `M${start} ${y}C${bend - 10} ${y} ${bend - 20} ${z} ${bend} ${z}H${end}`
        : apart < 0
          ? back
          : `M${start} ${y}c${GAP * 0.8} 0 ${GAP * 0.8} ${z - y} 2 ${z - y}`;
    return `<path class="ll-edge" d="${d}" marker-end="url(#${id}-arrow)"/>`;
  });
  const nodes = flow.nodes.map((node) => {
    const { x, y } = place(node);
    return (
      `<g class="ll-place"><rect x="${x}" y="${y}" width="${box}" height="${HEIGHT}" rx="5"/>` +
      `<text x="${x + 7}" y="${y + 16}">${escaped(short(node.label))}</text>` +
      `<text class="ll-there" x="${x + box - 7}" y="${y + 16}"></text><title>${escaped(node.label)}</title></g>`
    );
  });
  return `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"><defs><marker
    id="${id}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"
    markerUnits="userSpaceOnUse" orient="auto"><path class="ll-tip" d="M0 0L8 4L0 8z"/></marker></defs>
    ${words.join("")}${edges.join("")}${nodes.join("")}</svg>`;
}
