/** How the timeline is drawn: from columns to SVG. `views/timeline.py` draws the same still. */

import { count, escaped, notAbove } from "./dom.js";
import { ARRIVALS, BAR, FLAG } from "./paper.js";
import { NONE } from "./run.js";
import { SIGN, cross, path, placedSigns, signAt, signedEnds, signs, text } from "./signs.js";

/** @typedef {import("./paper.js").Paper} Paper */

/** The order in which kinds of spans are drawn; all others come after them. */
const ORDER = ["idle", "dead", "init", "invoke", "cpu", "again"];
/** What is on a lane of an environment while nothing is asked of it. */
const RESTS = new Set(["idle", "init"]);
/** Kinds that are drawn over each other on the lanes of messages, batches and clients. */
const OWN = new Set(["loan", "held", "queued", "opened", "letter", "runs"]);
const CHARACTER = 6.3; // px, about, of a label
const MOST_LABELS = 500;
const BIN = 4; // px, for amounts of requests

// The picture, from back to front -----------------------------------------------------------------

/** @param {Paper} paper @param {import("./run.js").Run} run @param {string} id */
export function draw(paper, run, id) {
  const { width, height } = paper;
  return [
    `<svg class="ll-chart" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ` role="img" aria-label="${escaped(run.columns.alt)}">`,
    `<defs>${patterns(paper, id)}</defs>`,
    `<rect class="ll-lane" x="0" width="${width}" rx="4"/>`,
    axis(paper),
    names(paper),
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
    "</svg>",
  ].join("");
}

/** The patterns of the looks that have one. */
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

/** Ticks with labels; those that would overlap a more important one are left out. */
function axis(paper) {
  let grid = "";
  let words = "";
  /** @type {[number, number][][]} */
  const taken = [[], []]; // places of labels: of ticks, of cuts
  const sorted = [...paper.chart.ticks].sort((a, b) => a[2] - b[2] || a[0] - b[0]);
  for (const [share, label, , cut] of sorted) {
    const shown = cut ? `${label} later` : label;
    const x = paper.place(share);
    const half = (shown.length * CHARACTER) / 2 + 6;
    if (taken[cut].some(([from, to]) => x - half < to && from < x + half)) continue;
    taken[cut].push([x - half, x + half]);
    const inside = Math.min(x, paper.width - half + 6);
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

function names(paper) {
  const most = Math.floor(paper.gutter / CHARACTER) - 1;
  const short = (name) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);
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

function peak(paper, lane) {
  return Math.max(...(paper.busy.get(lane) ?? []).map(([, n]) => n), 0);
}

/** A small tick below the lane for each entry. */
function ticks(paper, run) {
  let d = "";
  for (const [lane, seqs] of paper.rows) {
    const y = paper.tickRow(lane);
    let last = -1;
    for (const seq of seqs) {
      const x = paper.x(run.entries.at[seq]);
      if (x - last >= 1) d += `M${x} ${y}v5`;
      else continue;
      last = x;
    }
  }
  return path("ticks", d);
}

function bars(paper, id) {
  const { spans } = paper.chart;
  /** @type {Record<string, string>} */
  const d = {};
  for (let n = 0; n < spans.kind.length; n++) {
    const { kind, pattern } = paper.looks[spans.kind[n]];
    if (kind === "wait") continue; // what is left of an invocation
    const x = paper.x(spans.start[n]);
    const width = Math.max(paper.x(spans.end[n]) - x, 1.5).toFixed(1);
    const left = paper.left.get(n) ?? 0;
    d[kind] = (d[kind] ?? "") + shape(pattern, x, paper.y(spans.lane[n]), width, left);
  }
  const others = paper.looks.map(({ kind }) => kind).filter((kind) => !ORDER.includes(kind));
  return [...ORDER, ...others]
    .map((kind) =>
      bar(
        paper.looks.find((look) => look.kind === kind),
        d[kind],
        id,
      ),
    )
    .join("");
}

/** A bar; a wedge for what runs out, cut off where some of it was left; a line for what rests. */
function shape(pattern, x, y, width, left) {
  if (pattern === "dotted") return `M${x} ${y + BAR / 2}h${width}`;
  if (pattern === "shrinking") return `M${x} ${y}v${BAR}h${width}v${(-BAR * left).toFixed(1)}z`;
  return `M${x} ${y}h${width}v${BAR}h-${width}z`;
}

function bar({ pattern, colour }, d, id) {
  const filled = pattern === "hatched" || pattern === "crossed";
  const fill = filled ? ` fill="url(#${id}-${pattern}-${colour})"` : "";
  return path(`bar ll-${pattern} ll-of-${colour}`, d, fill);
}

/** How many of the folded ones are at work, as an area. */
function folded(paper) {
  return [...paper.busy]
    .map(([lane, busy]) => {
      if (!busy.length) return "";
      const floor = paper.y(lane) + BAR;
      const most = peak(paper, lane) || 1;
      let d = `M${paper.x(busy[0][0])} ${floor}`;
      for (const [at, n] of busy) d += `H${paper.x(at)}V${(floor - (BAR * n) / most).toFixed(1)}`;
      return path("bar ll-tinted ll-of-blue", `${d}H${paper.width}V${floor}z`);
    })
    .join("");
}

/** Write into the bars what they are, where there is room. */
function labels(paper) {
  const { kind, lane, start, end, label } = paper.chart.spans;
  const due = {}; // lane -> the label of a bar that is still to be written on what lies on it
  const words = [];
  const signs = signedEnds(paper); // a sign stands there, in the bar
  const fits = (n, s) => {
    const room = paper.x(end[n]) - paper.x(start[n]) - (signs.has(`${lane[n]} ${end[n]}`) ? 18 : 0);
    return room > s.length * CHARACTER + 10;
  };
  const placed = new Map();
  for (const sign of placedSigns(paper))
    placed.set(sign.lane, [...(placed.get(sign.lane) ?? []), sign]);
  /** Whether nothing is drawn over the label. */
  const free = (n, s) => {
    const x = paper.x(start[n]);
    const to = x + s.length * CHARACTER + 10;
    const begins = beginsOf(paper, lane[n]);
    const after = begins[notAbove(begins, start[n])];
    const twice = begins.indexOf(start[n]) !== begins.lastIndexOf(start[n]);
    if (
      (after !== undefined && paper.x(after) < to) ||
      (twice && paper.looks[kind[n]].pattern === "shrinking")
    )
      return false;
    return !(placed.get(lane[n]) ?? []).some((sign) => sign.x > x - SIGN && sign.x < to);
  };
  for (let n = 0; n < kind.length && words.length < MOST_LABELS; n++) {
    const look = paper.looks[kind[n]];
    if (look.kind === "invoke") due[lane[n]] = label[n];
    if (look.kind === "invoke" || look.pattern === "dotted" || look.pattern === "crossed") continue;
    let s = look.inside ? (due[lane[n]] ?? "") : label[n];
    if (look.kind === "again") s = fits(n, `Init, ${s}`) ? `Init, ${s}` : "Init";
    if (!s || !fits(n, s) || (OWN.has(look.kind) && !free(n, s))) continue;
    if (look.inside && s !== "Init") due[lane[n]] = "";
    const [x, y] = [paper.x(start[n]) + 6, paper.y(lane[n]) + 13];
    words.push(text(`in-${look.pattern} ll-of-${look.colour}`, x, y, s));
  }
  return words.join("");
}

/** A bracket below what was stopped at its limit; a sign where something failed. */
function limits(paper) {
  let d = "";
  const words = [];
  for (const [lane, start, end, , label] of paper.chart.brackets) {
    const [x, to, y] = [paper.x(start), paper.x(end), paper.y(lane) + BAR + 2];
    d += `M${x} ${y}v5H${to}v-5`;
    if (freeAfter(paper, lane, end) > label.length * CHARACTER + 10) {
      words.push(text("alarm ll-halo", to + 6, y - 7, label));
    }
  }
  return path("bracket", d) + words.join("") + signs(paper);
}

/** A sample of a sign, for the legend. */
export function signSwatch(sign) {
  return swatch(signAt(sign, 10, 7));
}

/** When something new begins on a lane. */
function beginsOf(paper, lane) {
  const { start, kind } = paper.chart.spans;
  return (paper.begins[lane] ??= paper.byLane[lane]
    .filter((n) => !paper.looks[kind[n]].inside && !RESTS.has(paper.looks[kind[n]].kind))
    .map((n) => start[n]));
}

/** How much of a lane is free after a moment, in px. */
function freeAfter(paper, lane, at) {
  const begins = beginsOf(paper, lane);
  return paper.x(begins[notAbove(begins, at - 1)] ?? NONE) - paper.x(at);
}

/** Each request falls onto the lane that takes it. */
function drops(paper) {
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

/** The requests: filled if warm, hollow if cold, crossed if refused. */
function arrivals(paper) {
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

/** Every request; those of one moment are counted. */
function each(paper, places) {
  const y = paper.top + 10;
  const shapes = { warm: "", cold: "", refused: "" };
  let words = "";
  places.forEach(([x, kinds], n) => {
    const counted = Object.entries(kinds).map(([name, n]) => [name, n > 1 ? `×${count(n)}` : ""]);
    const widths = counted.map(([, s]) => 13 + (s ? s.length * CHARACTER + 4 : 0));
    const roomy = x + widths.reduce((a, b) => a + b) - 6 < (places[n + 1]?.[0] ?? Infinity);
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

/** How many come when, and above it where some are cold or refused. */
function amounts(paper, places) {
  const floor = paper.top + ARRIVALS - 6;
  const total = (kinds) => Object.values(kinds).reduce((a, b) => a + b);
  const most = Math.max(...places.map(([, kinds]) => total(kinds)));
  const shapes = { cold: "", refused: "" };
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

const dot = (x, y) => `M${x - 4.5} ${y}a4.5 4.5 0 1 1 9 0a4.5 4.5 0 1 1-9 0z`;

/** A torn edge on either side of each stretch that the axis leaves out. */
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

function cursor(paper) {
  return (
    `<path class="ll-cursor" d="M0 ${FLAG - 2}V${paper.foot + 3}"/><circle class="ll-dot" r="4"/>` +
    `<rect class="ll-flagbox" y="1" height="17" rx="3"/><text class="ll-flag" y="13.5"></text>`
  );
}

/** A sample of a request, for the legend. */
export function requestSwatch(kind) {
  const inside = {
    warm: path("request-warm", dot(10, 7)),
    cold: path("request-cold", dot(10, 7)),
    throttled: path("request-refused", cross(10, 7)),
  }[kind];
  return swatch(inside);
}

/** A sample of a kind of span; patterns of another picture may be gone, so it draws its lines. */
export function spanSwatch({ pattern, colour }) {
  const box = "M1 1.5h18v11h-18z";
  const inside = {
    dotted: path("bar ll-dotted", "M0 7h20"),
    hatched:
      path("hatch-ground", box) +
      path("hatch-line", "M2 12L11 2M8 12L17 2M14 12L19 6.5") +
      path("bar ll-hatched", box, ' fill="none"'),
    crossed: path("cross-line", "M1 2L11 12M9 2L19 12M11 2L1 12M19 2L9 12"),
    shrinking: path("bar ll-shrinking", "M1 1.5v11h18z"),
  }[pattern];
  return swatch(`<g class="ll-of-${colour}">${inside ?? path(`bar ll-${pattern}`, box)}</g>`);
}

function swatch(inside) {
  return `<svg class="ll-swatch" width="20" height="14" viewBox="0 0 20 14" aria-hidden="true">${inside}</svg>`;
}
