/**
 * The stepper: a run, one entry at a time, forwards and backwards.
 *
 * Python sends the whole run once; a step never waits for it. `step` goes back to Python a little
 * later, so that dragging the slider sends one message and not hundreds.
 */

import { h, seconds, unpack } from "./dom.js";
import { Run } from "./run.js";
import { header, narration, transport } from "./transport.js";
import { timeline } from "./timeline.js";
import { phases } from "./phases.js";
import { log } from "./log.js";
import { code } from "./code.js";
import { why } from "./why.js";
import { entries } from "./entries.js";
import { goals } from "./goals.js";
import { help, keys, leave } from "./keys.js";

const SAVE_AFTER = 250; // ms

/** @param {{model: any, el: HTMLElement, signal?: AbortSignal}} view */
async function render({ model, el }) {
  const id = `ll-${Math.random().toString(36).slice(2, 10)}`;
  const run = new Run(await unpack(model.get("packed")));
  const state = { step: 0, followed: null, environment: -1, help: false };
  const root = h("div", {
    class: "lambdalab-stepper",
    role: "group",
    tabindex: 0,
    "aria-roledescription": "stepper",
    "aria-label": `${run.columns.title || "Run"}, step by step`,
  });
  const longest = run.entries.at.reduce((most, at) => Math.max(most, seconds(at).length), 0);
  root.style.setProperty("--at", `${longest}ch`);
  root.style.setProperty("--number", `${String(run.length).length + 2}ch`);
  let saving = 0;
  let frame = 0;

  const go = {
    to(seq) {
      const step = Math.max(Math.min(seq, run.length - 1), 0);
      if (step === model.get("step")) return;
      model.set("step", step); // redraws at once
      go.save();
    },
    save() {
      clearTimeout(saving);
      saving = setTimeout(() => model.save_changes(), SAVE_AFTER);
    },
    by(count) {
      go.to(state.step + count);
    },
    /** To the next or previous entry of what is followed. */
    beside(direction) {
      const thing = state.followed ?? run.thingAt(state.step);
      if (thing) go.to(run.beside(run.of[thing.kind][thing.number], state.step, direction));
      else go.by(direction);
    },
    notable(direction = 1) {
      go.to(run.beside(run.notableSeqs, state.step, direction));
    },
    follow(thing) {
      state.followed = thing;
      show();
    },
    help() {
      state.help = !state.help;
      show();
    },
    leave() {
      leave(root);
    },
  };

  const panels = {
    header: header(run),
    narration: narration(run),
    transport: transport(run, go),
    help: help(),
    timeline: timeline(run, go, id),
    goals: goals(run, go, model),
    phases: phases(run, go, id),
    log: log(run),
    code: code(run),
    why: why(run, go),
    entries: entries(run, go, id),
  };
  const { phases: machine, log: lines, code: source, why: causes, entries: all, ...above } = panels;
  const grid = h(
    "div",
    { class: source.element.hidden ? "ll-grid" : "ll-grid ll-with-code" },
    ...[causes, all, machine, source, lines].map((panel) => panel.element),
  );
  root.append(...Object.values(above).map((panel) => panel.element), grid);

  function show() {
    state.step = Math.max(Math.min(model.get("step"), run.length - 1), 0);
    state.environment = run.length ? run.environmentAt(state.step, state.followed) : -1;
    root.dataset.step = String(state.step);
    for (const panel of Object.values(panels)) panel.show(state);
    frame ||= requestAnimationFrame(settle);
  }

  /** Scroll what has to scroll, once a frame: in between it would cost a layout at each step. */
  function settle() {
    frame = 0;
    for (const panel of [lines, source, causes, all]) panel.settle(state);
  }

  keys(root, go);
  el.replaceChildren(root);
  const resizing = new ResizeObserver(() => requestAnimationFrame(resize));
  function resize() {
    panels.timeline.resize();
    all.resize();
  }
  resizing.observe(root);
  resize();
  model.on("change:step", show);
  show();
  return () => {
    resizing.disconnect();
    model.off("change:step", show);
    clearTimeout(saving);
    cancelAnimationFrame(frame);
  };
}

export default { render };
