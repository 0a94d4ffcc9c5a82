/** The keyboard, and the help that lists it. */

import { h } from "./dom.js";

const HELP = [
  ["← →", "one entry back, forward"],
  ["Home End", "first, last entry"],
  ["Shift and ← →", "previous, next entry of what you follow"],
  ["N", "next failure, refusal or cold start, or what you chose (Shift + N: previous)"],
  ["P", "play, pause"],
  ["+ − 0", "zoom the timeline in, out, show the whole run"],
  ["F", "follow what this entry is about, or nobody any more"],
  ["W", "to the causes"],
  ["T", "to all entries in words"],
  ["K", "fork: change a setting from here on"],
  ["↑ ↓", "in the list of all entries: one back, forward"],
  ["Tab", "next control"],
  ["?", "show or hide this list"],
  ["Esc", "leave the stepper, back to the notebook"],
];

/** @returns {{element: HTMLElement, show: (state: any) => void}} */
export function help() {
  const rows = HELP.map(([keys, words]) =>
    h(
      "div",
      {},
      h("dt", {}, ...keys.split(" ").map((key) => (key === "and" ? "+" : h("kbd", { text: key })))),
      h("dd", { text: words }),
    ),
  );
  const element = h("div", { class: "ll-help", hidden: "" }, h("dl", {}, ...rows));
  return {
    element,
    /** @param {import("./types.js").State} state */
    show({ help: open }) {
      element.hidden = !open;
    },
  };
}

/**
 * Listen to the keys typed anywhere in the stepper; all others are left alone.
 * @param {HTMLElement} root
 * @param {import("./types.js").Go} go
 */
export function keys(root, go) {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target instanceof HTMLInputElement && event.target.type !== "range";
    const choosing =
      (typing || event.target instanceof HTMLSelectElement) && event.key !== "Escape";
    const act = choosing ? null : action(event, go);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {import("./types.js").Go} go
 * @returns {(() => void) | null}
 */
function action({ key, shiftKey }, go) {
  if (key === "ArrowLeft") return () => (shiftKey ? go.beside(-1) : go.by(-1));
  if (key === "ArrowRight") return () => (shiftKey ? go.beside(1) : go.by(1));
  if (key === "Home") return () => go.to(0);
  if (key === "End") return () => go.to(Infinity);
  if (key === "n") return () => go.notable();
  if (key === "N") return () => go.notable(-1);
  if (key === "+" || key === "=") return () => go.zoom(2);
  if (key === "-") return () => go.zoom(1 / 2);
  if (key === "0") return () => go.zoom(0);
  if (key === "p") return () => go.play();
  if (key === "f") return () => go.followThis();
  if (key === "w") return () => go.open("why");
  if (key === "t") return () => go.open("entries");
  if (key === "k") return () => go.fork();
  if (key === "?") return () => go.help();
  if (key === "Escape") return () => go.leave();
  return null;
}

/**
 * Give the focus back to what holds the stepper: in JupyterLab the notebook.
 * @param {HTMLElement} root
 */
export function leave(root) {
  const outside = root.parentElement?.closest("[tabindex]");
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  if (outside instanceof HTMLElement) outside.focus({ preventScroll: true });
}
