/** Signs for what happens in a moment on a lane, and how shapes and words are written. */

import { escaped } from "./dom.js";
import { BAR } from "./paper.js";

/** @typedef {import("./paper.js").Paper} Paper */
/** @typedef {{lane: number, x: number, kind: string}} Placed */
/** @typedef {{glyph: string, colour: string}} Sign */

export const CHARACTER = 6.3; // px, about, of a label
const SIGN = 14; // px, of a sign

/**
 * @param {string} name
 * @param {string} d
 */
export function path(name, d, more = "") {
  return d ? `<path class="ll-${name}" d="${d}"${more}/>` : "";
}

/**
 * @param {string} name
 * @param {number} x
 * @param {number} y
 * @param {string} words
 */
export function text(name, x, y, words) {
  return `<text class="ll-${name}" x="${x}" y="${y}">${escaped(words)}</text>`;
}

/** @param {number} x @param {number} y */
export const dot = (x, y) => `M${x - 4.5} ${y}a4.5 4.5 0 1 1 9 0a4.5 4.5 0 1 1-9 0z`;

/** @param {number} x @param {number} y */
export const cross = (x, y, half = 4) =>
  `M${x - half} ${y - half}l${2 * half} ${2 * half}m0-${2 * half}l-${2 * half} ${2 * half}`;

/**
 * Where bars end that have a sign at their end, and where each began.
 * @param {Paper} paper
 */
export function signedEnds(paper) {
  const { lane, start, end } = paper.chart.spans;
  const signed = new Set();
  for (const [own, at, , kind] of paper.chart.marks)
    if (paper.signs.has(kind)) signed.add(`${own} ${at}`);
  const ends = new Map();
  if (signed.size)
    end.forEach((at, n) => {
      const key = `${lane[n]} ${at}`;
      if (signed.has(key)) ends.set(key, Math.min(ends.get(key) ?? Infinity, paper.x(start[n])));
    });
  return ends;
}

/**
 * Where the signs stand; of those that would overlap only the weightiest.
 * @param {Paper} paper
 */
export function placedSigns(paper) {
  const begun = signedEnds(paper);
  const weights = [...paper.signs.keys()];
  /** @type {Record<number, Placed>} */
  const last = {}; // lane -> the latest sign
  /** @type {Placed[]} */
  const placed = [];
  for (const [lane, at, , kind] of paper.chart.marks) {
    if (!paper.signs.has(kind)) continue;
    const to = paper.x(at);
    const wide = to - (begun.get(`${lane} ${at}`) ?? to) > 24;
    const sign = { lane, x: wide ? to - 9 : to, kind }; // inside its bar, if there is room
    const before = last[lane];
    if (before && sign.x - before.x < SIGN) {
      if (weights.indexOf(kind) > weights.indexOf(before.kind)) before.kind = kind;
      continue;
    }
    last[lane] = sign;
    placed.push(sign);
  }
  return placed;
}

/**
 * A sign for what happens in a moment.
 * @param {Paper} paper
 */
export function signs(paper) {
  return placedSigns(paper)
    .map(({ lane, x, kind }) =>
      signAt(/** @type {Sign} */ (paper.signs.get(kind)), x, paper.y(lane) + BAR / 2, 3),
    )
    .join("");
}

/** @param {Sign} sign @param {number} x @param {number} y */
export function signAt({ glyph, colour }, x, y, half = 4) {
  if (!glyph) return path("small-ground", cross(x, y, half)) + path("small", cross(x, y, half));
  const disc = `<circle class="ll-sign ll-of-${colour}" cx="${x}" cy="${y}" r="6.5"/>`;
  return disc + text("sign-glyph", x, y + 4, glyph);
}
