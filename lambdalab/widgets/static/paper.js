/** Where things stand on the timeline, and what stands at a point. */

import { notAbove } from "./dom.js";
import { NONE } from "./run.js";

/** @typedef {import("./run.js").Run} Run */

export const FLAG = 20; // px for the time at the cursor
export const ARRIVALS = 24; // px for the requests
export const BAR = 18; // px
const BEYOND = 14; // px right of the last entry: what goes on from there
const EDGE = 12; // px beyond what is shown that are drawn too
const FEW_LANES = 6;
const APART = 10; // px between requests, on average, below which they are drawn as an amount

/**
 * @typedef {object} Look
 * @property {string} kind
 * @property {string} words in the legend
 * @property {string} said when it is pointed at
 * @property {string} colour
 * @property {string} pattern tinted, solid, hatched, crossed, dotted, shrinking
 * @property {boolean} inside it lies on another bar
 */

/** Where things stand. */
export class Paper {
  /**
   * @param {Run} run
   * @param {number} width
   */
  constructor(run, width) {
    const { chart } = run.columns;
    this.run = run;
    this.chart = chart;
    this.width = width;
    this.several = new Set(chart.lanes.map(([, name]) => name).filter(Boolean)).size > 1;
    this.gutter = this.several ? 92 : 72;
    this.right = width - BEYOND;
    this.lane = chart.lanes.length > FEW_LANES ? 32 : 36;
    this.top = FLAG;
    this.lanes = FLAG + ARRIVALS + 6;
    this.foot = this.lanes + this.lane * chart.lanes.length + 4;
    this.cuts = chart.ticks.some(([, , , cut]) => cut);
    this.height = this.foot + (this.cuts ? 34 : 20);
    /** @type {Look[]} how each kind of span looks, as in looks.py */
    this.looks = chart.looks.map(([kind, words, said, colour, pattern, inside]) => ({
      kind,
      words,
      said,
      colour,
      pattern,
      inside: Boolean(inside),
    }));
    this.busy = new Map(chart.busy);
    /** @type {Map<number, number>} of a loan: which share of it was left at its end */
    this.left = new Map(chart.left);
    /** @type {Map<string, {glyph: string, colour: string}>} what happens in a moment */
    this.signs = new Map(chart.signs.map(([kind, glyph, colour]) => [kind, { glyph, colour }]));
    this.ends = chart.pieces.map(([, end]) => end);
    /** @type {[number, number]} which part of the axis is shown, in shares of it */
    this.view = [0, 1];
    this.byLane = chart.lanes.map(() => /** @type {number[]} */ ([]));
    chart.spans.lane.forEach((lane, n) => this.byLane[lane].push(n));
    this.rows = rowsOfEntries(run);
    /** @type {Record<number, number[]>} when something new begins on a lane */
    this.begins = {};
    this.crowded = this.isCrowded();
  }

  /**
   * Show a part of the axis.
   * @param {[number, number]} view
   */
  look(view) {
    this.view = view;
    this.crowded = this.isCrowded();
  }

  /** Whether only a part of the axis is shown. */
  get zoomed() {
    return this.view[1] - this.view[0] < 1;
  }

  /** Whether requests stand too close to be told apart. */
  isCrowded() {
    const places = this.chart.arrivals.at.map((at) => this.x(at)).filter((x) => this.sees(x));
    return new Set(places).size > (this.right - this.gutter) / APART;
  }

  /**
   * Whether something from one place to another is in sight, even if only its edge.
   * @param {number} from
   */
  sees(from, to = from) {
    return to >= this.gutter - EDGE && from <= this.width + EDGE;
  }

  /**
   * Where a moment stands; what has no end goes on beyond the last entry.
   * @param {number} at
   */
  x(at) {
    if (at === NONE) return this.place(1) + BEYOND;
    const piece = Math.min(notAbove(this.ends, at - 1), this.ends.length - 1);
    const [start, end, left, right] = this.chart.pieces[piece];
    const share = end > start ? Math.min((at - start) / (end - start), 1) : 0;
    return this.place(left + share * (right - left));
  }

  /** @param {number} share */
  place(share) {
    const [from, to] = this.view;
    const shown = (share - from) / (to - from);
    return Math.round((this.gutter + shown * (this.right - this.gutter)) * 10) / 10;
  }

  /**
   * The share of the axis that stands at a place.
   * @param {number} x
   */
  share(x) {
    const [from, to] = this.view;
    return from + ((x - this.gutter) / (this.right - this.gutter)) * (to - from);
  }

  /**
   * The moment that stands at a share of the axis.
   * @param {number} share
   */
  moment(share) {
    const { pieces } = this.chart;
    const last = pieces.length - 1;
    const [start, end, left, right] = pieces.find(([, , , to]) => share <= to) ?? pieces[last];
    const part = right > left ? (share - left) / (right - left) : 0;
    return start + Math.min(Math.max(part, 0), 1) * (end - start);
  }

  /**
   * Where the bars of a lane begin.
   * @param {number} lane
   */
  y(lane) {
    return this.lanes + lane * this.lane + 5;
  }

  /**
   * Where the ticks of a lane's entries stand; those of no lane stand below the requests.
   * @param {number} lane
   */
  tickRow(lane) {
    return lane === NONE ? this.top + ARRIVALS - 5 : this.y(lane) + BAR + 3;
  }

  /** @param {number} y */
  laneAt(y) {
    const lane = Math.floor((y - this.lanes) / this.lane);
    return lane >= 0 && lane < this.chart.lanes.length ? lane : NONE;
  }

  /**
   * @param {number} lane
   * @param {number} y
   */
  isBar(lane, y) {
    return y >= this.y(lane) && y <= this.y(lane) + BAR;
  }

  /** @param {number} lane */
  laneBox(lane) {
    return { y: this.lanes + lane * this.lane, height: this.lane };
  }

  /** @param {number} span */
  spanBox(span) {
    const { start, end, lane } = this.chart.spans;
    const x = Math.max(this.x(start[span]), this.gutter - EDGE);
    const to = Math.min(this.x(end[span]), this.width - 3);
    return { x: x - 2, y: this.y(lane[span]) - 2, width: Math.max(to - x, 2) + 4, height: BAR + 4 };
  }

  /**
   * The span of a lane that an entry is in or begins, not counting what is inside an invocation.
   * @param {number} lane
   * @param {number} seq
   */
  spanOf(lane, seq) {
    const { seq: seqs, kind } = this.chart.spans;
    let found = NONE;
    for (const n of this.byLane[lane]) {
      if (seqs[n] > seq) break;
      if (!this.looks[kind[n]].inside) found = n;
    }
    return found;
  }

  /**
   * The innermost span of a lane at a place.
   * @param {number} lane
   * @param {number} x
   */
  spanAt(lane, x) {
    const { start, end } = this.chart.spans;
    let found = NONE;
    for (const n of this.byLane[lane]) {
      const from = this.x(start[n]);
      if (from > x + 1) break;
      if (x <= Math.max(this.x(end[n]), from + 2)) found = n;
    }
    return found;
  }

  /**
   * The entries of a lane (or of none) at the place nearest to a point.
   * @param {number} lane
   * @param {number} x
   * @param {number} near
   */
  entriesNear(lane, x, near) {
    const own = this.rows.get(lane) ?? [];
    const at = this.run.entries.at;
    let best = near;
    let found = /** @type {number[]} */ ([]);
    for (const seq of own) {
      const away = Math.abs(this.x(at[seq]) - x);
      if (away < best) [best, found] = [away, []];
      if (away === best && away < near) found.push(seq);
    }
    return found;
  }
}

/** @param {Run} run */
function rowsOfEntries(run) {
  const rows = new Map();
  run.entries.lane.forEach((lane, seq) => {
    if (!rows.has(lane)) rows.set(lane, []);
    rows.get(lane).push(seq);
  });
  return rows;
}
