/** All entries as numbered sentences; only the rows in sight are in the page. */

import { h, noteClass, panel } from "./dom.js";

/** @typedef {import("./run.js").Run} Run */

const ROW = 24; // px; as in the style sheet
const AROUND = 8; // rows drawn above and below what is in sight
const PAGE = 10;
/** @type {Record<string, number>} */
const BY = { ArrowUp: -1, ArrowDown: 1, PageUp: -PAGE, PageDown: PAGE };

/**
 * @param {Run} run
 * @param {import("./types.js").Go} go
 * @param {string} id unique in the page
 */
export function entries(run, go, id) {
  const space = h("div", { class: "ll-space", role: "presentation" });
  space.style.height = `${run.length * ROW}px`;
  const box = h(
    "div",
    {
      class: "ll-body ll-scroll ll-list",
      tabindex: 0,
      role: "listbox",
      "aria-label": "All entries",
    },
    space,
  );
  const element = panel("entries", "All entries", box);
  /** @type {Map<number, HTMLElement>} */
  let rows = new Map();
  let current = 0;
  let height = 0; // of what is in sight, in px
  let top = 0; // where it should begin
  let scrolled = 0; // where it does; to ask the box would cost a layout

  /** Draw the rows in sight that are not there yet, and drop the others. */
  function fill() {
    const first = Math.max(Math.floor(top / ROW) - AROUND, 0);
    const last = Math.min(first + Math.ceil(height / ROW) + 2 * AROUND, run.length - 1);
    const kept = new Map();
    for (let seq = first; seq <= last; seq++) kept.set(seq, rows.get(seq) ?? row(run, seq, id));
    // aria-activedescendant must name a row that is there.
    if (run.length && !kept.has(current))
      kept.set(current, rows.get(current) ?? row(run, current, id));
    for (const [seq, element] of rows) if (!kept.has(seq)) element.remove();
    for (const [seq, element] of kept) if (!rows.has(seq)) space.append(element);
    rows = kept;
  }

  /** Bring the current row into sight: to the middle, if it is not in sight yet. */
  function reveal() {
    const above = current * ROW - top;
    if (above >= 0 && above + ROW <= height) return;
    const most = Math.max(run.length * ROW - height, 0);
    top = Math.min(Math.max(Math.floor(current * ROW - (height - ROW) / 2), 0), most);
  }

  /** It is shown, folded or otherwise large than before. */
  function resize() {
    const hidden = !height;
    height = box.clientHeight;
    if (hidden) {
      scrolled = box.scrollTop;
      reveal();
    }
    fill();
    scroll();
  }

  function scroll() {
    if (!height || scrolled === top) return;
    box.scrollTop = top;
    scrolled = top;
  }

  box.addEventListener("scroll", () => {
    if (!height) return; // it is folded
    scrolled = box.scrollTop;
    if (Math.abs(scrolled - top) < 1) return; // it was done here
    top = scrolled;
    fill();
  });
  element.addEventListener("toggle", resize);
  space.addEventListener("click", (/** @type {any} */ event) => {
    const row = event.target.closest("[data-seq]");
    if (row) go.to(Number(row.dataset.seq));
  });
  box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const by = BY[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go.by(by);
  });
  return {
    element,
    resize,
    /** @param {import("./types.js").State} state */
    show({ step }) {
      if (!run.length) return;
      rows.get(current)?.setAttribute("aria-selected", "false");
      current = step;
      reveal();
      fill();
      rows.get(step)?.setAttribute("aria-selected", "true");
      box.setAttribute("aria-activedescendant", `${id}-entry-${step}`);
    },
    settle: scroll,
  };
}

/**
 * @param {Run} run
 * @param {number} seq
 * @param {string} id
 */
function row(run, seq, id) {
  const word = run.notable.get(seq);
  const note = word ? [h("span", { class: noteClass(word), text: word })] : [];
  const element = h(
    "div",
    {
      class: "ll-row",
      role: "option",
      id: `${id}-entry-${seq}`,
      "aria-selected": "false",
      "aria-posinset": seq + 1,
      "aria-setsize": run.length,
      "data-seq": seq,
      title: run.entries.text[seq],
    },
    h("span", { class: "ll-number", text: String(seq) }),
    h("span", { class: "ll-at", text: run.time(seq) }),
    h("span", { class: "ll-text", text: run.entries.text[seq] }),
    ...note,
  );
  element.style.top = `${seq * ROW}px`;
  return element;
}
