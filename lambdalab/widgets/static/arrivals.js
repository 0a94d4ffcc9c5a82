/** The requests above the lanes: when each came, and which lane takes it. */

import { count } from "./dom.js";
import { ARRIVALS } from "./paper.js";
import { NONE } from "./run.js";
import { CHARACTER, cross, dot, path, text } from "./signs.js";

/** @typedef {import("./paper.js").Paper} Paper */
/** @typedef {Record<string, number>} Kinds how many requests of each kind */

const BIN = 4; // px, for amounts of requests

/**
 * Each request falls onto the lane that takes it.
 * @param {Paper} paper
 */
export function drops(paper) {
  if (paper.crowded) return "";
  const { at, taken, lane } = paper.chart.arrivals;
  const top = paper.top + ARRIVALS - 8;
  const lines = new Set();
  const heads = new Set();
  at.forEach((moment, n) => {
    if (lane[n] === NONE) return;
    const [x, to, y] = [paper.x(moment), paper.x(taken[n]), paper.y(lane[n]) - 1];
    lines.add(to - x < 1 ? `M${x} ${top}V${y - 4}` : `M${x} ${top}V${y - 7}H${to}V${y - 4}`);
    heads.add(`M${to} ${y}l-3.5-6h7z`);
  });
  return path("drop", [...lines].join("")) + path("drop-head", [...heads].join(""));
}

/**
 * The requests: filled if warm, hollow if cold, crossed if refused.
 * @param {Paper} paper
 */
export function arrivals(paper) {
  const { at, kind } = paper.chart.arrivals;
  /** @type {Map<number, Record<string, number>>} */
  const places = new Map();
  at.forEach((moment, n) => {
    const exact = paper.x(moment);
    const x = paper.crowded ? Math.floor(exact / BIN) * BIN : exact;
    const name = kind[n] === "throttled" ? "refused" : kind[n];
    const kinds = places.get(x) ?? {};
    kinds[name] = (kinds[name] ?? 0) + 1;
    places.set(x, kinds);
  });
  const sorted = [...places].sort(([a], [b]) => a - b);
  return paper.crowded ? amounts(paper, sorted) : each(paper, sorted);
}

/**
 * Every request; those of one moment are counted.
 * @param {Paper} paper
 * @param {[number, Kinds][]} places
 */
function each(paper, places) {
  const y = paper.top + 10;
  /** @type {Record<string, string>} */
  const shapes = { refused: "", warm: "", cold: "" }; // what was served lies on top
  let words = "";
  places.forEach(([x, kinds], n) => {
    const counted = Object.entries(kinds).map(
      ([name, n]) => /** @type {const} */ ([name, n > 1 ? `×${count(n)}` : ""]),
    );
    const widths = counted.map(([, s]) => 13 + (s ? s.length * CHARACTER + 4 : 0));
    const roomy = x + widths.reduce((a, b) => a + b) + 4 < (places[n + 1]?.[0] ?? Infinity);
    let left = x;
    counted.forEach(([name, s], i) => {
      shapes[name] += name === "refused" ? cross(left, y) : dot(left, y);
      if (s && roomy) words += text("name", left + 7, y + 4, s);
      left = Math.round((left + (roomy ? widths[i] : 4)) * 10) / 10;
    });
  });
  return (
    Object.entries(shapes)
      .map(([name, d]) => path(`request-${name}`, d))
      .join("") + words
  );
}

/**
 * How many come when, and above it where some are cold or refused.
 * @param {Paper} paper
 * @param {[number, Kinds][]} places
 */
function amounts(paper, places) {
  const floor = paper.top + ARRIVALS - 6;
  const total = (/** @type {Kinds} */ kinds) => Object.values(kinds).reduce((a, b) => a + b);
  const most = Math.max(...places.map(([, kinds]) => total(kinds)));
  /** @type {Record<string, string>} */
  const shapes = { cold: "", refused: "" };
  /** @type {Record<string, number>} */
  const last = { cold: -BIN, refused: -BIN };
  let bars = "";
  for (const [x, kinds] of places) {
    bars += `M${x} ${floor}v${((-12 * total(kinds)) / most).toFixed(1)}h${BIN - 1}V${floor}z`;
    for (const name of ["cold", "refused"]) {
      if (!kinds[name] || x - last[name] < 9) continue;
      last[name] = x;
      shapes[name] += (name === "cold" ? dot : cross)(x + 1.5, paper.top + 5);
    }
  }
  const marks = Object.entries(shapes).map(([name, d]) => path(`request-${name}`, d));
  return path("amount", bars) + marks.join("");
}
