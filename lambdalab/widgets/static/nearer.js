/** The ticks of a part of the axis: as far apart as a reader of that part wants them. */

/** @typedef {import("./paper.js").Paper} Paper */
/** @typedef {[number, string, number, number]} Tick share, label, rank, whether it is a cut */

const TICKS = 9; // about so many
const [SECOND, MINUTE, HOUR] = [1e6, 60e6, 3600e6]; // us
const ROUND = [
  ...[0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power)),
  ...[10, 20, 30, 60, 120, 300, 600, 1200, 1800].map((n) => n * SECOND),
  ...[1, 2, 3, 6, 12, 24, 48, 120, 240].map((n) => n * HOUR),
];

/**
 * @returns {Tick[]}
 * @param {Paper} paper
 */
export function nearer(paper) {
  const [from, to] = paper.view;
  /** @type {Tick[]} */
  const ticks = paper.chart.ticks.filter(([, , , cut]) => cut);
  for (const [start, end, left, right, cut] of paper.chart.pieces) {
    if (cut || right < from || left > to) continue;
    if (left >= from) ticks.push([left, moment(start, start ? 1 : SECOND), 0, 0]);
    if (end === start) continue;
    const scale = (right - left) / (end - start);
    const first = Math.max(start, start + (from - left) / scale);
    const last = Math.min(end, start + (to - left) / scale);
    const least = (to - from) / scale / TICKS;
    const step = ROUND.find((n) => n >= least) ?? ROUND[ROUND.length - 1];
    for (let at = Math.ceil(first / step) * step; at <= last; at += step)
      ticks.push([left + (at - start) * scale, moment(at, step), 1, 0]);
  }
  return ticks;
}

/**
 * Write a moment as precisely as the distance between two ticks asks for.
 * @param {number} at
 * @param {number} step
 */
function moment(at, step) {
  if (step >= MINUTE) {
    const parts = [
      [Math.floor(at / HOUR), "h"],
      [Math.floor((at % HOUR) / MINUTE), "min"],
      [Math.round((at % MINUTE) / SECOND), "s"],
    ];
    return parts.flatMap(([n, unit]) => (n ? [`${n} ${unit}`] : [])).join(" ");
  }
  return `${(at / SECOND).toLocaleString("en-US", { maximumFractionDigits: 6 })} s`;
}
