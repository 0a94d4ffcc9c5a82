/**
 * The timeline: a lane for each environment, time to the right.
 *
 * The picture is drawn when the width changes or another part of it is shown. A step only moves the
 * cursor, the veil over what is still to come, and the highlights.
 */

import { count, escaped, h, panel, seconds } from "./dom.js";
import { NONE } from "./run.js";
import { Paper } from "./paper.js";
import { draw } from "./chart.js";
import { requestSwatch, signSwatch, spanSwatch } from "./swatches.js";
import { zoom } from "./zoom.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./types.js").State} State */

const NEAR = 7; // px between a click and what it means

/**
 * @param {Run} run
 * @param {import("./types.js").Go} go
 * @param {string} id unique in the page
 */
export function timeline(run, go, id) {
  const tip = h("div", { class: "ll-tip-box", hidden: "", "aria-hidden": "true" });
  const drawn = h("div", {});
  const stage = h("div", { class: "ll-stage" }, drawn);
  const here = () => (paper && shown ? paper.share(paper.x(run.entries.at[shown.step])) : 0);
  const zoomed = zoom(stage, () => paper, here, redraw);
  stage.append(zoomed.range);
  const foot = h("div", { class: "ll-foot" }, legend(run.columns.chart), zoomed.element);
  const body = h("div", { class: "ll-body" }, stage, tip, foot);
  const element = panel("timeline", "Timeline", body);
  /** @type {Paper | null} */
  let paper = null;
  /** @type {any} */
  let moving = null;
  /** @type {State | null} */
  let shown = null;
  let latest = -1; // the entry that was shown last
  let repeated = { key: "", times: 0 };

  function resize() {
    const width = Math.floor(stage.clientWidth);
    if (!width || width === paper?.width) return;
    paper = new Paper(run, width);
    redraw();
  }

  function redraw() {
    if (!paper) return;
    paper.look(zoomed.view());
    drawn.innerHTML = draw(paper, run, id);
    tip.hidden = true; // it told of what stood there before
    moving = Object.fromEntries(
      ["cursor", "flag", "flagbox", "veil", "lane", "ring", "dot"].map((name) => [
        name,
        stage.querySelector(`.ll-${name}`),
      ]),
    );
    if (shown) show(shown);
  }

  /** @param {State} state */
  function show(state) {
    shown = { ...state };
    if (!paper || !run.length) return;
    const { step, environment, followed } = state;
    const x = paper.x(run.entries.at[step]);
    if (step !== latest) {
      latest = step;
      zoomed.reveal(paper.share(x));
    }
    point(paper, moving, paper.x(run.entries.at[step]), seconds(run.entries.at[step]));
    const followedLane =
      environment === NONE ? NONE : run.laneOf({ kind: "environment", number: environment });
    const lane = followed && followed.kind !== "request" ? run.laneOf(followed) : followedLane;
    place(moving.lane, lane === NONE ? null : paper.laneBox(lane));
    const own = run.entries.lane[step];
    const span = own === NONE ? NONE : paper.spanOf(own, step);
    place(moving.ring, span === NONE ? null : paper.spanBox(span));
    const below = paper.tickRow(own) + 2.5;
    moving.dot.setAttribute("transform", `translate(${paper.x(run.entries.at[step])} ${below})`);
  }

  /**
   * What a point of the picture means: an entry and words for it.
   * @param {any} event
   */
  function meaning(event) {
    const box = stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return paper && find(paper, run, x, y);
  }

  stage.addEventListener("click", (/** @type {any} */ event) => {
    const found = zoomed.dragged() ? null : meaning(event);
    if (!found) return;
    if (found.follow) return go.follow(found.follow);
    const key = found.seqs.join();
    // Entries of one moment share a place: each further click leads to the next of them.
    repeated = { key, times: repeated.key === key ? repeated.times + 1 : 0 };
    go.to(found.seqs[repeated.times % found.seqs.length]);
  });
  stage.addEventListener("mousemove", (/** @type {any} */ event) => {
    const found = event.buttons ? null : meaning(event);
    tip.hidden = !found;
    stage.classList.toggle("ll-pointing", Boolean(found));
    if (!found) return;
    tip.textContent = found.words;
    const left = event.clientX - body.getBoundingClientRect().left;
    const room = body.clientWidth - tip.offsetWidth - 8;
    tip.style.transform = `translate(${Math.max(Math.min(left + 12, room), 0)}px, ${
      event.clientY - body.getBoundingClientRect().top + 18
    }px)`;
  });
  stage.addEventListener("mouseleave", () => {
    tip.hidden = true;
  });
  return { element, show, resize, zoom: zoomed.by, whole: zoomed.whole };
}

/**
 * Point at a moment: the cursor, the veil over what comes after it, and the flag.
 * @param {import("./paper.js").Paper} paper
 * @param {Record<string, any>} moving
 * @param {number} x
 * @param {string} words
 */
function point(paper, moving, x, words) {
  const from = Math.max(x, paper.gutter - 6);
  moving.cursor.setAttribute("transform", `translate(${x} 0)`);
  moving.veil.setAttribute("x", from);
  moving.veil.setAttribute("width", Math.max(paper.width - from, 0));
  const seen = x === from && x <= paper.width;
  for (const part of [moving.flag, moving.flagbox])
    part.style.visibility = seen ? "visible" : "hidden";
  flag(paper, moving, x, words);
}

/**
 * Put the flag with the time on the side where it has room.
 * @param {import("./paper.js").Paper} paper
 * @param {Record<string, any>} moving
 * @param {number} x
 * @param {string} words
 */
function flag(paper, moving, x, words) {
  moving.flag.textContent = words;
  const width = words.length * 6.6 + 12;
  const left = Math.min(Math.max(x - width / 2, 0), paper.width - width);
  moving.flagbox.setAttribute("x", left);
  moving.flagbox.setAttribute("width", width);
  moving.flag.setAttribute("x", left + width / 2);
}

/**
 * Move a box, or hide it.
 * @param {HTMLElement} element
 * @param {Record<string, number> | null} box
 */
function place(element, box) {
  element.style.visibility = box ? "visible" : "hidden";
  for (const [name, value] of Object.entries(box ?? {})) element.setAttribute(name, String(value));
}

/**
 * @typedef {object} Meaning what a point of the picture stands for
 * @property {number[]} seqs entries
 * @property {string} words
 * @property {import("./run.js").Thing} [follow] whoever a click follows
 */

/**
 * Find what a point shows.
 * @returns {Meaning | null}
 * @param {import("./paper.js").Paper} paper
 * @param {Run} run
 * @param {number} x
 * @param {number} y
 */
function find(paper, run, x, y) {
  if (!run.length) return null;
  const lane = paper.laneAt(y);
  if (x < paper.gutter - 8) return named(paper, run, lane);
  const { spans } = paper.chart;
  if (lane !== NONE && paper.isBar(lane, y)) {
    const span = paper.spanAt(lane, x);
    if (span !== NONE) return { seqs: [spans.seq[span]], words: spanWords(paper, span) };
  }
  const near = paper.entriesNear(lane, x, NEAR);
  if (!near.length) return null;
  const first = `#${near[0]}  ${seconds(run.entries.at[near[0]])}  ${run.entries.text[near[0]]}`;
  const more = near.length > 1 ? `  (and ${count(near.length - 1)} more: click again)` : "";
  return { seqs: near, words: first + more };
}

/**
 * The name of a lane: a click on it follows whoever it belongs to.
 * @param {import("./paper.js").Paper} paper
 * @param {Run} run
 * @param {number} lane
 */
function named(paper, run, lane) {
  const [name, , more] = paper.chart.lanes[lane] ?? [];
  if (!name || more) return null;
  for (const { kind, names } of run.things) {
    const number = names.indexOf(name);
    if (number >= 0)
      return {
        seqs: [],
        follow: { kind, number },
        words: `Follow ${name}: click, or choose it above`,
      };
  }
  return null;
}

/**
 * @param {import("./paper.js").Paper} paper
 * @param {number} span
 */
function spanWords(paper, span) {
  const { spans, lanes } = paper.chart;
  const [name] = lanes[spans.lane[span]];
  const look = paper.looks[spans.kind[span]];
  const end = spans.end[span] === NONE ? "…" : seconds(spans.end[span]);
  const label =
    spans.label[span] && spans.label[span] !== look.said && !look.inside
      ? ` ${spans.label[span]}`
      : "";
  const status =
    spans.status[span] && spans.status[span] !== "success" ? `, ${spans.status[span]}` : "";
  return `${name}: ${look.said}${label}${status}, ${seconds(spans.start[span])} to ${end}`;
}

const REQUESTS = [
  ["warm", "warm request"],
  ["cold", "cold request"],
  ["throttled", "refused"],
];

/** Name the patterns and shapes that this picture uses. @param {import("./types.js").ChartSent} chart */
function legend(chart) {
  const looks = chart.looks.map(([kind, words, , colour, pattern]) => ({
    kind,
    words,
    colour,
    pattern,
  }));
  const used = new Set([...chart.spans.kind.map((n) => looks[n].kind), ...chart.arrivals.kind]);
  const marks = new Set(chart.marks.map(([, , , kind]) => kind));
  if (used.has("again")) used.add("init");
  const { kind, start, end } = chart.spans;
  const moments = kind.some((n, at) => looks[n].kind === "invoke" && start[at] === end[at]);
  if (used.has("wait") || !moments) used.delete("invoke"); // what is inside it says what it is
  if (used.has("refused") || marks.has("refused")) used.add("throttled");
  const items = [
    ...looks.filter(({ words }) => words).map((look) => [look.kind, look.words, spanSwatch(look)]),
    ...REQUESTS.map(([kind, words]) => [kind, words, requestSwatch(kind)]),
  ]
    .filter(([kind]) => used.has(kind))
    .concat(
      chart.signs
        .filter(([kind, , , words]) => words && marks.has(kind))
        .map(([kind, glyph, colour, words]) => [kind, words, signSwatch({ glyph, colour })]),
    )
    .map(([, words, sample]) => {
      const item = h("li", {});
      item.innerHTML = `${sample}<span>${escaped(words)}</span>`;
      return item;
    });
  return h("ul", { class: "ll-legend", "aria-label": "Legend" }, ...items);
}
