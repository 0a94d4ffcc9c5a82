/** Which part of the axis is shown: by buttons and keys, a drag over the picture, Ctrl and the wheel. */

import { h, seconds } from "./dom.js";

/** @typedef {import("./paper.js").Paper} Paper */

const TWICE = 2; // with each press of a button
const DRAGGED = 5; // px after which a press is a drag
const LEAST = 20; // us that are shown at least
const WHEEL = 0.004; // of a turn of the wheel, as an exponent
const BESIDE = 0.25; // of the picture, before an entry that comes into sight

/**
 * @param {HTMLElement} stage what is dragged over
 * @param {() => Paper | null} drawn
 * @param {() => number} here the share of the axis at which the current entry stands
 * @param {() => void} redraw
 */
export function zoom(stage, drawn, here, redraw) {
  /** @type {[number, number]} */
  let view = [0, 1];
  let pressed = NaN; // where, in px
  let dragged = false;
  const range = h("div", { class: "ll-range", hidden: "" });
  const words = h("span", { class: "ll-shown", role: "status" });
  const out = control("−", "Zoom out (-)", () => by(1 / TWICE));
  const into = control("+", "Zoom in (+), or drag over the picture, or Ctrl + wheel", () =>
    by(TWICE),
  );
  const whole = control("Whole run", "Show the whole run (0)", () => set(0, 1));
  const buttons = h("div", { class: "ll-buttons" }, out, into, whole);
  const element = h(
    "div",
    { class: "ll-zoom", role: "group", "aria-label": "Zoom" },
    words,
    buttons,
  );

  /**
   * @param {number} from
   * @param {number} to
   */
  function set(from, to) {
    const paper = drawn();
    if (!paper) return;
    const wide = Math.min(Math.max(to - from, least(paper)), 1);
    const begin = Math.min(Math.max(from, 0), 1 - wide);
    if (begin === view[0] && begin + wide === view[1]) return;
    view = wide === 1 ? [0, 1] : [begin, begin + wide];
    redraw();
    const [first, last] = view.map((share) => Math.round(paper.moment(share) / 1e3) * 1e3);
    words.textContent = paper.zoomed ? `${seconds(first)} to ${seconds(last)}` : "";
    for (const button of [out, whole]) button.setAttribute("aria-disabled", String(!paper.zoomed));
  }

  /** Make it larger, around the current entry or the middle. @param {number} factor */
  function by(factor, share = here()) {
    const [from, to] = view;
    const fixed = share >= from && share <= to ? share : (from + to) / 2;
    set(fixed - (fixed - from) / factor, fixed + (to - fixed) / factor);
  }

  /** @param {any} event */
  const place = (event) => event.clientX - stage.getBoundingClientRect().left;

  stage.addEventListener("pointerdown", (event) => {
    dragged = false;
    const paper = drawn();
    const x = place(event);
    const fit = event.button === 0 && event.pointerType !== "touch";
    pressed = fit && paper && x >= paper.gutter - 8 ? x : NaN;
  });
  stage.addEventListener("pointermove", (event) => {
    const x = place(event);
    if (!dragged && !(Math.abs(x - pressed) > DRAGGED)) return;
    if (!dragged) stage.setPointerCapture(event.pointerId);
    dragged = true;
    range.hidden = false;
    range.style.left = `${Math.min(x, pressed)}px`;
    range.style.width = `${Math.abs(x - pressed)}px`;
  });
  /** @param {any} event */
  function released(event) {
    const paper = drawn();
    if (dragged && paper && event.type === "pointerup") {
      const [a, b] = [pressed, place(event)].map((x) => Math.min(Math.max(paper.share(x), 0), 1));
      set(Math.min(a, b), Math.max(a, b));
    }
    range.hidden = true;
    pressed = NaN;
  }
  stage.addEventListener("pointerup", released);
  stage.addEventListener("pointercancel", released);
  stage.addEventListener(
    "wheel",
    (event) => {
      const paper = drawn();
      if (!paper) return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        return by(Math.exp(-event.deltaY * WHEEL), paper.share(place(event)));
      }
      const across = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
      if (!paper.zoomed || Math.abs(across) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
      event.preventDefault();
      const moved = paper.share(paper.gutter + across) - view[0];
      set(view[0] + moved, view[1] + moved);
    },
    { passive: false },
  );
  for (const button of [out, whole]) button.setAttribute("aria-disabled", "true");
  return {
    element,
    range,
    by,
    view: () => view,
    whole: () => set(0, 1),
    /** Whether what was pressed last became a drag, and so is no click. */
    dragged: () => dragged,
    /** Bring a place of the axis into sight. @param {number} share */
    reveal(share) {
      const [from, to] = view;
      if (share >= from && share <= to) return;
      const begin = share - (to - from) * (share > to ? BESIDE : 1 - BESIDE);
      set(begin, begin + to - from);
    },
  };
}

/**
 * The smallest share of the axis that can be shown.
 * @param {Paper} paper
 */
function least(paper) {
  const scales = paper.chart.pieces
    .filter(([start, end, , , cut]) => !cut && end > start)
    .map(([start, end, left, right]) => (right - left) / (end - start));
  return Math.min(LEAST * Math.max(...scales, 0) || 1, 1);
}

/**
 * @param {string} words
 * @param {string} title
 * @param {() => void} onclick
 */
function control(words, title, onclick) {
  const name = title.replace(/ \(.*/, "");
  const attributes = { type: "button", class: "ll-button ll-small-button", title, onclick };
  return h("button", { ...attributes, "aria-label": name, text: words });
}
