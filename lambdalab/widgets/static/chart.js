/** How the timeline is drawn: from columns to SVG. `views/timeline.py` draws the same still. */

import { arrivals, drops } from "./arrivals.js";
import { count, escaped, notAbove } from "./dom.js";
import { BAR, FLAG } from "./paper.js";
import { NONE } from "./run.js";
import { CHARACTER, path, placedSigns, signedEnds, signs, text } from "./signs.js";
import { nearer } from "./nearer.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./paper.js").Paper} Paper */
/** @typedef {import("./paper.js").Look} Look */

/** The order in which kinds of spans are drawn; all others come after them. */
const ORDER = ["idle", "dead", "init", "restore", "invoke", "cpu", "again"];
/** What is on a lane of an environment while nothing is asked of it. */
const RESTS = new Set(["idle", "init", "restore"]);
/** Kinds that are drawn over each other on the lanes of messages, batches and clients. */
const OWN = new Set(["loan", "held", "queued", "opened", "letter", "runs"]);
const MOST_LABELS = 500;

// The picture, from back to front -----------------------------------------------------------------

/** @param {Paper} paper @param {Run} run @param {string} id */
export function draw(paper, run, id) {
  const { width, height } = paper;
  return [
    `<svg class="ll-chart" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ` role="img" aria-label="${escaped(run.columns.alt)}">`,
    `<defs>${patterns(paper, id)}${plot(paper, id)}</defs>`,
    `<rect class="ll-lane" x="0" width="${width}" rx="4"/>`,
    names(paper),
    `<g${paper.zoomed ? ` clip-path="url(#${id}-plot)"` : ""}>`,
    axis(paper),
    ticks(paper, run),
    drops(paper),
    bars(paper, id),
    folded(paper),
    labels(paper),
    limits(paper),
    arrivals(paper),
    cuts(paper),
    `<rect class="ll-veil" y="${paper.top}" height="${paper.foot - paper.top + 3}"/>`,
    `<rect class="ll-ring" rx="4"/>`,
    cursor(paper),
    "</g>",
    flagged(),
    "</svg>",
  ].join("");
}

/**
 * The patterns of the looks that have one.
 * @param {Paper} paper
 * @param {string} id
 */
function patterns(paper, id) {
  const used = new Set(paper.chart.spans.kind.map((kind) => paper.looks[kind]));
  return [...used]
    .map(({ pattern, colour }) => `${pattern}-${colour}`)
    .filter((name, n, all) => all.indexOf(name) === n)
    .map((name) => {
      const [pattern, colour] = name.split("-");
      if (pattern === "crossed")
        return (
          `<pattern id="${id}-${name}" class="ll-of-${colour}" width="7" height="7" ` +
          `patternUnits="userSpaceOnUse"><path class="ll-cross-line" d="M0 0L7 7M7 0L0 7"/></pattern>`
        );
      if (pattern !== "hatched") return "";
      return (
        `<pattern id="${id}-${name}" class="ll-of-${colour}" width="6" height="6" ` +
        `patternUnits="userSpaceOnUse" patternTransform="rotate(${colour === "pink" ? -45 : 45})">` +
        `<path class="ll-hatch-ground" d="M0 0H6V6H0z"/><path class="ll-hatch-line" d="M1 0V6"/></pattern>`
      );
    })
    .join("");
}

/**
 * What is seen of a part of the axis: all that is right of the names.
 * @param {Paper} paper
 * @param {string} id
 */
function plot(paper, id) {
  if (!paper.zoomed) return "";
  const [x, width] = [paper.gutter - 6, paper.width - paper.gutter + 6];
  const box = `<rect x="${x}" width="${width}" height="${paper.height}"/>`;
  return `<clipPath id="${id}-plot">${box}</clipPath>`;
}

/**
 * Ticks with labels; those that would overlap a more important one are left out.
 * @param {Paper} paper
 */
function axis(paper) {
  let grid = "";
  let words = "";
  /** @type {[number, number][][]} */
  const taken = [[], []]; // places of labels: of ticks, of cuts
  const ticks = paper.zoomed ? nearer(paper) : [...paper.chart.ticks];
  const sorted = ticks.sort((a, b) => a[2] - b[2] || a[0] - b[0]);
  for (const [share, label, , cut] of sorted) {
    const shown = cut ? `${label} later` : label;
    const x = paper.place(share);
    const half = (shown.length * CHARACTER) / 2 + 6;
    if (taken[cut].some(([from, to]) => x - half < to && from < x + half)) continue;
    taken[cut].push([x - half, x + half]);
    if (!paper.sees(x)) continue;
    const least = paper.zoomed ? paper.gutter - 6 + half - 6 : 0; // what is left of it is not seen
    const inside = Math.max(Math.min(x, paper.width - half + 6), least);
    if (!cut) grid += `M${x} ${paper.top}V${paper.foot + 3}`;
    words += text(
      `label ll-middle${cut ? " ll-later" : ""}`,
      inside,
      paper.foot + (cut ? 30 : 16),
      shown,
    );
  }
  return path("grid", grid) + words;
}

/** @param {Paper} paper */
function names(paper) {
  const most = Math.floor(paper.gutter / CHARACTER) - 2;
  // Names of one team often begin alike: their ends tell them apart.
  const half = Math.floor((most - 1) / 2);
  const short = (/** @type {string} */ name) =>
    name.length > most ? `${name.slice(0, most - 1 - half)}…${name.slice(-half)}` : name;
  const rows = paper.chart.lanes.map(([name, owner, more], lane) => {
    const y = paper.y(lane) + BAR / 2;
    const most = more ? `at most ${count(peak(paper, lane))}` : "";
    const below = most || (paper.several ? short(owner) : "");
    return (
      text("name", 6, below ? y : y + 4, name) + (below ? text("label", 6, y + 12, below) : "")
    );
  });
  return text("label", 6, paper.top + 14, "requests") + rows.join("");
}

/**
 * @param {Paper} paper
 * @param {number} lane
 */
function peak(paper, lane) {
  return Math.max(...(paper.busy.get(lane) ?? []).map(([, n]) => n), 0);
}

/**
 * A small tick below the lane for each entry.
 * @param {Paper} paper
 * @param {Run} run
 */
function ticks(paper, run) {
  let d = "";
  for (const [lane, seqs] of paper.rows) {
    const y = paper.tickRow(lane);
    let last = -1;
    for (const seq of seqs) {
      const x = paper.x(run.entries.at[seq]);
      if (x - last >= 1 && paper.sees(x)) d += `M${x} ${y}v5`;
      else continue;
      last = x;
    }
  }
  return path("ticks", d);
}

/**
 * @param {Paper} paper
 * @param {string} id
 */
function bars(paper, id) {
  const { spans } = paper.chart;
  /** @type {Record<string, string>} */
  const d = {};
  for (let n = 0; n < spans.kind.length; n++) {
    const { kind, pattern } = paper.looks[spans.kind[n]];
    if (kind === "wait") continue; // what is left of an invocation
    const x = paper.x(spans.start[n]);
    const width = Number(Math.max(paper.x(spans.end[n]) - x, 1.5).toFixed(1));
    if (!paper.sees(x, x + width)) continue;
    const left = paper.left.get(n) ?? 0;
    d[kind] = (d[kind] ?? "") + shape(pattern, x, paper.y(spans.lane[n]), width, left);
  }
  const others = paper.looks.map(({ kind }) => kind).filter((kind) => !ORDER.includes(kind));
  return [...ORDER, ...others]
    .map((kind) =>
      bar(/** @type {Look} */ (paper.looks.find((look) => look.kind === kind)), d[kind], id),
    )
    .join("");
}

/**
 * A bar; a wedge for what runs out, cut off where some of it was left; a line for what rests.
 * @param {string} pattern
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} left
 */
function shape(pattern, x, y, width, left) {
  if (pattern === "dotted") return `M${x} ${y + BAR / 2}h${width}`;
  if (pattern === "shrinking") return `M${x} ${y}v${BAR}h${width}v${(-BAR * left).toFixed(1)}z`;
  return `M${x} ${y}h${width}v${BAR}h-${width}z`;
}

/**
 * @param {Look} look
 * @param {string | undefined} d
 * @param {string} id
 */
function bar({ pattern, colour }, d, id) {
  const filled = pattern === "hatched" || pattern === "crossed";
  const fill = filled ? ` fill="url(#${id}-${pattern}-${colour})"` : "";
  return path(`bar ll-${pattern} ll-of-${colour}`, d ?? "", fill);
}

/**
 * How many of the folded ones are at work, as an area.
 * @param {Paper} paper
 */
function folded(paper) {
  return [...paper.busy]
    .map(([lane, busy]) => {
      if (!busy.length) return "";
      const floor = paper.y(lane) + BAR;
      const most = peak(paper, lane) || 1;
      let d = `M${paper.x(busy[0][0])} ${floor}`;
      for (const [at, n] of busy) d += `H${paper.x(at)}V${(floor - (BAR * n) / most).toFixed(1)}`;
      return path("bar ll-tinted ll-of-blue", `${d}H${paper.x(NONE)}V${floor}z`);
    })
    .join("");
}

/**
 * Write into the bars what they are, where there is room.
 * @param {Paper} paper
 */
function labels(paper) {
  const { kind, lane, start, end, label } = paper.chart.spans;
  /** @type {Record<number, string>} */
  const due = {}; // lane -> the label of a bar that is still to be written on what lies on it
  const words = [];
  const signs = signedEnds(paper); // a sign stands there, in the bar
  const left = (/** @type {number} */ n) => Math.max(paper.x(start[n]), paper.gutter - 4);
  const fits = (/** @type {number} */ n, /** @type {string} */ s) => {
    const room = paper.x(end[n]) - left(n) - (signs.has(`${lane[n]} ${end[n]}`) ? 18 : 0);
    return room > s.length * CHARACTER + 10 && left(n) < paper.width;
  };
  /** @type {Map<number, {x: number}[]>} */
  const placed = new Map();
  for (const sign of placedSigns(paper))
    placed.set(sign.lane, [...(placed.get(sign.lane) ?? []), sign]);
  /** Whether nothing is drawn over the label. */
  const free = (/** @type {number} */ n, /** @type {string} */ s) => {
    const x = left(n);
    const to = x + s.length * CHARACTER + 10;
    const begins = beginsOf(paper, lane[n]);
    const after = begins[notAbove(begins, start[n])];
    const twice = begins.indexOf(start[n]) !== begins.lastIndexOf(start[n]);
    if (
      (after !== undefined && paper.x(after) < to) ||
      (twice && paper.looks[kind[n]].pattern === "shrinking")
    )
      return false;
    return !(placed.get(lane[n]) ?? []).some((sign) => sign.x > x - 3 && sign.x < to);
  };
  for (let n = 0; n < kind.length && words.length < MOST_LABELS; n++) {
    const look = paper.looks[kind[n]];
    if (look.kind === "invoke") due[lane[n]] = label[n];
    if (look.kind === "invoke" || look.pattern === "dotted" || look.pattern === "crossed") continue;
    let s = look.inside ? (due[lane[n]] ?? "") : label[n];
    if (look.kind === "again") s = fits(n, `Init, ${s}`) ? `Init, ${s}` : "Init";
    if (!s || !fits(n, s) || (OWN.has(look.kind) && !free(n, s))) continue;
    if (look.inside && s !== "Init") due[lane[n]] = "";
    const [x, y] = [left(n) + 6, paper.y(lane[n]) + 13];
    words.push(text(`in-${look.pattern} ll-of-${look.colour}`, x, y, s));
  }
  return words.join("");
}

/**
 * A bracket below what was stopped at its limit; a sign where something failed.
 * @param {Paper} paper
 */
function limits(paper) {
  let d = "";
  const words = [];
  const taken = new Map(); // lane -> where its latest label ends
  for (const [lane, start, end, , label] of paper.chart.brackets) {
    const [x, to, y] = [paper.x(start), paper.x(end), paper.y(lane) + BAR + 2];
    if (!paper.sees(x, to)) continue;
    d += `M${x} ${y}v5H${to}v-5`;
    const width = label.length * CHARACTER + 10;
    if (freeAfter(paper, lane, end) <= width || to < (taken.get(lane) ?? 0)) continue;
    words.push(text("alarm ll-halo", to + 6, y - 7, label));
    taken.set(lane, to + width);
  }
  return path("bracket", d) + words.join("") + signs(paper);
}

/**
 * When something new begins on a lane.
 * @param {Paper} paper
 * @param {number} lane
 */
function beginsOf(paper, lane) {
  const { start, kind } = paper.chart.spans;
  return (paper.begins[lane] ??= paper.byLane[lane]
    .filter((n) => !paper.looks[kind[n]].inside && !RESTS.has(paper.looks[kind[n]].kind))
    .map((n) => start[n]));
}

/**
 * How much of a lane is free after a moment, in px.
 * @param {Paper} paper
 * @param {number} lane
 * @param {number} at
 */
function freeAfter(paper, lane, at) {
  const { start, end, kind } = paper.chart.spans;
  const covered = paper.byLane[lane].some(
    (n) =>
      start[n] < at && (end[n] === NONE || end[n] > at) && !RESTS.has(paper.looks[kind[n]].kind),
  );
  if (covered) return 0;
  const begins = beginsOf(paper, lane);
  return paper.x(begins[notAbove(begins, at - 1)] ?? NONE) - paper.x(at);
}

/**
 * A torn edge on either side of each stretch that the axis leaves out.
 * @param {Paper} paper
 */
function cuts(paper) {
  let d = "";
  let gaps = "";
  for (const [, , left, right, cut] of paper.chart.pieces) {
    if (!cut) continue;
    const [from, to] = [paper.place(left), paper.place(right)];
    const [middle, half] = [(from + to) / 2, Math.min((to - from) * 0.28, 9)];
    const teeth = Math.floor((paper.foot - paper.top) / 20);
    for (const x of [middle - half, middle + half])
      d += `M${x} ${paper.top + 2}${"l3 5l-6 10l3 5".repeat(teeth)}`;
    const [x, width, height] = [middle - half, 2 * half, teeth * 20];
    gaps += `<rect class="ll-gap" x="${x}" y="${paper.top + 2}" width="${width}" height="${height}"/>`;
  }
  return gaps + path("torn", d);
}

/** @param {Paper} paper */
function cursor(paper) {
  const line = `<path class="ll-cursor" d="M0 ${FLAG - 2}V${paper.foot + 3}"/>`;
  return `${line}<circle class="ll-dot" r="4"/>`;
}

/** The time at the cursor; it may reach over the names. */
function flagged() {
  return `<rect class="ll-flagbox" y="1" height="17" rx="3"/><text class="ll-flag" y="13.5"></text>`;
}
