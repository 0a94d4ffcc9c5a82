/**
 * The stepper: a run, one entry at a time, forwards and backwards.
 *
 * Python sends the whole run once; a step never waits for it. `step` goes back to Python a little
 * later, so that dragging the slider sends one message and not hundreds.
 */

import { h, unpack } from "./dom.js";
import { Run } from "./run.js";
import { Flow } from "./flow.js";
import { header, narration, transport } from "./transport.js";
import { timeline } from "./timeline.js";
import { goals } from "./goals.js";
import { why } from "./why.js";
import { entries } from "./entries.js";
import { system } from "./system.js";
import { queues } from "./queues.js";
import { machine } from "./machine.js";
import { code } from "./code.js";
import { log } from "./log.js";
import { fork } from "./fork.js";
import { help, keys, leave } from "./keys.js";

const SAVE_AFTER = 250; // ms

/** @param {{model: any, el: HTMLElement, signal?: AbortSignal}} view */
async function render({ model, el }) {
  const id = `ll-${Math.random().toString(36).slice(2, 10)}`;
  const run = new Run(await unpack(model.get("packed")));
  const flow = new Flow(run.columns.system);
  /** @type {import("./types.js").State} */
  const state = {
    step: 0,
    followed: null,
    environment: -1,
    help: false,
    fork: false,
    playing: false,
  };
  const root = h("div", {
    class: "lambdalab-stepper",
    role: "group",
    tabindex: 0,
    "aria-roledescription": "stepper",
    "aria-label": `${run.columns.title || "Run"}, step by step`,
  });
  const longest = run.length ? run.time(run.length - 1).length : 0;
  root.style.setProperty("--at", `${longest}ch`);
  root.style.setProperty("--number", `${String(run.length).length + 2}ch`);
  let saving = 0;
  let frame = 0;
  let ticking = 0;
  let pace = 2; // entries a second
  let wanted = run.notableSeqs;

  /** @type {import("./types.js").Go} */
  const go = {
    /** @param {number} seq */
    to(seq) {
      pause();
      move(seq);
    },
    by(count) {
      go.to(state.step + count);
    },
    /**
     * To the next or previous entry of what is followed.
     * @param {number} direction
     */
    beside(direction) {
      const thing = state.followed ?? run.thingAt(state.step);
      if (thing) go.to(run.beside(run.of[thing.kind][thing.number], state.step, direction));
      else go.by(direction);
    },
    notable(direction = 1) {
      go.to(run.beside(wanted, state.step, direction));
    },
    /** The entries that `notable` goes through. */
    wanted: () => wanted,
    /** @param {string} word */
    want(word) {
      wanted = word
        ? run.notableSeqs.filter((seq) => run.notable.get(seq) === word)
        : run.notableSeqs;
      go.notable();
      show();
    },
    /** @param {import("./types.js").Thing | null} thing */
    follow(thing) {
      state.followed = thing;
      show();
    },
    followThis() {
      const thing = run.thingAt(state.step);
      const same = thing && run.nameOf(thing) === (state.followed && run.nameOf(state.followed));
      go.follow(same ? null : thing);
    },
    play() {
      if (state.playing) return pause();
      if (state.step >= run.length - 1) return;
      state.playing = true;
      ticking = setInterval(tick, 1000 / pace);
      show();
    },
    /** @param {number} entries */
    speed(entries) {
      pace = entries;
      if (!state.playing) return;
      clearInterval(ticking);
      ticking = setInterval(tick, 1000 / pace);
    },
    /**
     * Open a panel and go into it.
     * @param {"why" | "entries"} name
     */
    open(name) {
      const { element } = panels[name];
      element.open = true;
      /** @type {HTMLElement | null} */ (element.querySelector("[tabindex]"))?.focus();
    },
    fork() {
      state.fork = !state.fork && run.columns.settable.length > 0;
      show();
    },
    /** Show a smaller or larger part of the timeline; 0: all of it. @param {number} factor */
    zoom(factor) {
      if (factor) panels.timeline.zoom(factor);
      else panels.timeline.whole();
    },
    help() {
      state.help = !state.help;
      show();
    },
    leave() {
      pause();
      leave(root);
    },
    save() {
      clearTimeout(saving);
      saving = setTimeout(() => model.save_changes(), SAVE_AFTER);
    },
  };

  const panels = {
    header: header(run),
    narration: narration(run),
    transport: transport(run, go),
    help: help(),
    fork: fork(run, model),
    timeline: timeline(run, go, id),
    goals: goals(run, go, model),
    why: why(run, go),
    entries: entries(run, go, id),
    system: system(run, flow, go, id),
    queues: queues(run, flow, go),
    machine: machine(run, go, id),
    code: code(run),
    log: log(run),
  };
  const {
    why: causes,
    entries: all,
    system: nodes,
    queues: waiting,
    code: source,
    log: lines,
  } = panels;
  /** @type {any[]} */
  const below = [causes, all, nodes, waiting, panels.machine, source, lines];
  const grid = h("div", { class: "ll-grid" }, ...below.map((panel) => panel.element));
  grid.classList.toggle("ll-with-code", !source.element.hidden);
  grid.classList.toggle("ll-with-queues", !waiting.element.hidden);
  // With one function and no queue the timeline says it all.
  nodes.element.open =
    flow.nodes.filter(({ kind }) => kind === "function").length > 1 || !waiting.element.hidden;
  const above = Object.values(panels).filter((panel) => !below.includes(panel));
  root.append(...above.map((panel) => panel.element), grid);

  /** @param {number} seq */
  function move(seq) {
    const step = Math.max(Math.min(seq, run.length - 1), 0);
    if (step === model.get("step")) return;
    model.set("step", step); // redraws at once
    go.save();
  }

  function tick() {
    move(state.step + 1);
    if (state.step >= run.length - 1) pause();
  }

  function pause() {
    if (!state.playing) return;
    state.playing = false;
    clearInterval(ticking);
    show();
  }

  function show() {
    state.step = Math.max(Math.min(model.get("step"), run.length - 1), 0);
    state.environment = run.length ? run.environmentAt(state.step, state.followed) : -1;
    root.dataset.step = String(state.step);
    const focused = document.activeElement;
    const held = root.contains(focused) ? (focused?.closest(".ll-body[tabindex]") ?? root) : null;
    for (const panel of Object.values(panels)) panel.show(state);
    // What has the focus may be gone, as a cause is that led away from here.
    if (held instanceof HTMLElement && !focused?.isConnected) held.focus({ preventScroll: true });
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
    for (const panel of [panels.timeline, nodes, all]) panel.resize();
  }
  resizing.observe(root);
  resize();
  model.on("change:step", show);
  show();
  return () => {
    resizing.disconnect();
    model.off("change:step", show);
    panels.fork.end();
    clearTimeout(saving);
    clearInterval(ticking);
    cancelAnimationFrame(frame);
  };
}

export default { render };
