/** Change a setting from the shown moment on: the call for it, and what Python says of it. */

import { h, themed } from "./dom.js";

const PATIENCE = 8000; // ms until nobody seems to answer

/**
 * @param {import("./run.js").Run} run
 * @param {import("./types.js").Model} model
 */
export function fork(run, model) {
  const choices = run.columns.settable;
  const setting = h(
    "select",
    { class: "ll-select", onchange: () => choose() },
    ...choices.map(([owner, name, value], n) =>
      h("option", { value: n, text: `${name} of ${owner} (now ${value})` }),
    ),
  );
  const value = h("input", { class: "ll-value", type: "text", inputmode: "numeric", size: 8 });
  value.addEventListener("input", () => write());
  value.addEventListener(
    "keydown",
    (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && ask(),
  );
  const call = h("code", { class: "ll-call" });
  const button = h("button", { type: "button", class: "ll-button", text: "Run the fork" });
  button.addEventListener("click", ask);
  const note = h("p", { class: "ll-empty", role: "status" });
  const picture = h("div", { class: "ll-picture" });
  const shadow = picture.attachShadow({ mode: "open" });
  const words = h("pre", { class: "ll-told", tabindex: 0, "aria-label": "Where they part" });
  words.hidden = true;
  const element = h(
    "div",
    { class: "ll-help ll-fork", hidden: "" },
    h(
      "div",
      { class: "ll-transport" },
      h("label", { class: "ll-follow" }, h("span", { text: "Change" }), setting),
      h("label", { class: "ll-follow" }, h("span", { text: "to" }), value),
      button,
      call,
    ),
    note,
    picture,
    words,
  );
  let at = 0;
  let waiting = 0;

  function choose() {
    value.value = choices[Number(setting.value)]?.[2] ?? "";
    write();
  }

  function write() {
    const [owner, name] = choices[Number(setting.value)] ?? [];
    const whose = run.columns.several ? `${owner}, ` : "";
    call.textContent = `run.fork(${at / 1e6}, ${whose}${name}=${value.value || "..."})`;
  }

  function ask() {
    const [owner, name] = choices[Number(setting.value)] ?? [];
    note.textContent = "Running again from zero …";
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      note.textContent = "Nobody answers: run the call above in a cell, and run.compare(fork).";
    }, PATIENCE);
    model.set("asked", { at, owner, name, value: value.value, n: Date.now() });
    model.save_changes();
  }

  function answered() {
    const { svg, alt, told, error } = model.get("forked") ?? {};
    clearTimeout(waiting);
    note.textContent = error ?? "";
    words.hidden = !told;
    words.textContent = told ?? "";
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", alt ?? "");
    shadow.innerHTML = svg ? themed(svg, run.columns.palette) : "";
  }

  model.on("change:forked", answered);
  choose();
  return {
    element,
    end: () => {
      clearTimeout(waiting);
      model.off("change:forked", answered);
    },
    /** @param {import("./types.js").State} state */
    show({ step, fork: open }) {
      if (element.hidden === open) {
        element.hidden = !open;
        if (open) setting.focus();
      }
      if (!open || at === run.entries.at[step]) return;
      at = run.entries.at[step];
      write();
    },
  };
}
