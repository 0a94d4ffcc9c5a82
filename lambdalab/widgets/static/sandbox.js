/**
 * A sandbox: a few knobs with a few stops, one number to watch, a picture, and the call for it.
 *
 * Python sends every state that it has worked out. A stop that is not among them is asked for; if
 * nobody answers, the sandbox says so.
 */

import { h, themed, unpack } from "./dom.js";
import { leave } from "./keys.js";

/** @typedef {{headline: string, svg: string, alt: string, call: string}} Shown */
/**
 * @typedef {object} Sent what `widgets/sandbox.py` sends
 * @property {string} title
 * @property {string} headline what is watched
 * @property {[string, string[]][]} knobs each with its stops
 * @property {string[]} seeds
 * @property {[number[], Shown][]} states what was worked out, by its place: the stop of each knob
 * @property {number[][]} surprises
 * @property {[string, string][]} palette
 */

const PATIENCE = 4000; // ms until nobody seems to answer

/** @param {{model: any, el: HTMLElement}} view */
async function render({ model, el }) {
  const id = `ll-${Math.random().toString(36).slice(2, 10)}`;
  /** @type {Sent} */
  const sent = await unpack(model.get("packed"));
  const states = new Map(sent.states.map(([place, state]) => [place.join(), state]));
  let waiting = 0;
  let surprised = -1;

  const go = (/** @type {number[]} */ place) => {
    model.set("place", place); // redraws at once
    model.save_changes();
  };
  const knobs = sent.knobs.map((knob, n) =>
    fieldset(knob, n, id, (stop) => {
      const place = [...model.get("place")];
      place[n] = stop;
      go(place);
    }),
  );
  const surprise = h("button", {
    type: "button",
    class: "ll-button",
    text: "Surprise me",
    onclick: () => {
      surprised = (surprised + 1) % sent.surprises.length;
      go(sent.surprises[surprised]);
    },
  });
  const number = h("output", { class: "ll-big" });
  const seed = h("span", { class: "ll-seed" });
  const news = h("p", { class: "ll-result", role: "status", "aria-live": "polite" });
  news.append(h("span", { class: "ll-watched", text: sent.headline }), number, seed);
  const host = h("div", { class: "ll-picture", role: "img" });
  const picture = host.attachShadow({ mode: "open" }); // its styles and ids are its own
  const call = h("code", { class: "ll-call" });
  const copied = h("span", { class: "ll-empty", role: "status" });
  const copy = h("button", {
    type: "button",
    class: "ll-button",
    text: "Copy",
    "aria-label": "Copy the call",
    onclick: () => copyText(call, copied),
  });
  const overview = table(sent, states, go);
  const root = h(
    "div",
    { class: "lambdalab-stepper lambdalab-sandbox", role: "group", "aria-label": sent.title },
    h("p", { class: "ll-name", text: sent.title }),
    h("div", { class: "ll-knobs" }, ...knobs.map((knob) => knob.element), surprise),
    news,
    host,
    h(
      "p",
      { class: "ll-reproduce" },
      h("span", { text: "The same in Python: " }),
      call,
      copy,
      copied,
    ),
    overview.element,
  );

  function show() {
    const place = model.get("place");
    const state = states.get(place.join());
    knobs.forEach((knob, n) => knob.show(place[n]));
    seed.textContent = sent.seeds.length ? `with seed ${sent.seeds[place.at(-1)]}` : "";
    root.dataset.place = place.join();
    copied.textContent = "";
    clearTimeout(waiting);
    overview.show(place);
    if (!state) return ask();
    number.textContent = state.headline;
    host.setAttribute("aria-label", state.alt);
    picture.innerHTML = themed(state.svg, sent.palette);
    call.textContent = state.call;
  }

  function ask() {
    number.textContent = "…";
    waiting = setTimeout(() => {
      number.textContent = "needs Python: run this cell to see it";
    }, PATIENCE);
  }

  function answered() {
    const { place, ...state } = model.get("answer");
    if (place) states.set(place.join(), state);
    overview.fill();
    show();
  }

  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") leave(root);
  });
  el.replaceChildren(root);
  model.on("change:place", show);
  model.on("change:answer", answered);
  show();
  return () => {
    clearTimeout(waiting);
    model.off("change:place", show);
    model.off("change:answer", answered);
  };
}

/**
 * A knob: radio buttons, which a browser and a screen reader know how to turn.
 * @param {[string, string[]]} knob
 * @param {number} n
 * @param {string} id
 * @param {(stop: number) => void} turn
 */
function fieldset([name, stops], n, id, turn) {
  const inputs = stops.map((words, stop) =>
    h("input", {
      type: "radio",
      name: `${id}-${n}`,
      value: words,
      onchange: () => turn(stop),
    }),
  );
  const labels = stops.map((words, stop) =>
    h("label", { class: "ll-stop" }, inputs[stop], h("span", { text: words })),
  );
  const legend = h("legend", { text: name.replaceAll("_", " ") });
  return {
    element: h("fieldset", { class: "ll-knob" }, legend, h("div", {}, ...labels)),
    /** @param {number} stop */
    show(/** @type {number} */ stop) {
      inputs.forEach((input, n) => {
        input.checked = n === stop;
      });
    },
  };
}

/**
 * All stops at a glance: the last knob across, the others down.
 * @param {Sent} sent
 * @param {Map<string, Shown>} states by their place
 * @param {(place: number[]) => void} go
 */
function table(sent, states, go) {
  const last = sent.knobs.length - 1;
  const [across, columns] = sent.knobs[last];
  const above = sent.knobs.slice(0, last);
  const rows = above.reduce(
    (rows, [, stops]) => rows.flatMap((row) => stops.map((_, stop) => [...row, stop])),
    /** @type {number[][]} */ ([[]]),
  );
  const seed = { n: 0 };
  /** @type {{place: number[], button: HTMLElement, element: HTMLElement, words: string}[]} */
  const cells = [];
  const body = rows.map((row) => {
    const heads = row.map((stop, n) => h("th", { scope: "row", text: above[n][1][stop] }));
    const own = columns.map((words, stop) => {
      const button = h("button", {
        type: "button",
        class: "ll-link",
        "aria-label": "",
        onclick: () => go([...row, stop, seed.n]),
      });
      const cell = { place: [...row, stop], button, element: h("td", {}, button), words };
      cells.push(cell);
      return cell.element;
    });
    return h("tr", {}, ...heads, ...own);
  });
  const head = h(
    "tr",
    {},
    ...above.map(([name]) => h("th", { scope: "col", text: name.replaceAll("_", " ") })),
    ...columns.map((words) => h("th", { scope: "col", text: `${across} ${words}` })),
  );
  const element = h(
    "details",
    { class: "ll-panel" },
    h("summary", {}, h("span", { class: "ll-title", text: `All stops: ${sent.headline}` })),
    h(
      "div",
      { class: "ll-body ll-overview", tabindex: 0, role: "region", "aria-label": "All stops" },
      h("table", {}, h("thead", {}, head), h("tbody", {}, ...body)),
    ),
  );
  function fill() {
    for (const { place, button } of cells) {
      const state = states.get([...place, seed.n].join());
      button.textContent = state?.headline ?? "?";
      const stops = place.map((stop, n) => `${sent.knobs[n][0]} ${sent.knobs[n][1][stop]}`);
      button.setAttribute("aria-label", `${state?.headline ?? "unknown"} at ${stops.join(", ")}`);
    }
  }
  return {
    element,
    fill,
    /** @param {number[]} place */
    show(place) {
      if (place.at(-1) !== seed.n || !cells[0].button.textContent) {
        seed.n = place[place.length - 1];
        fill();
      }
      for (const cell of cells) {
        const current = cell.place.join() === place.slice(0, -1).join();
        cell.element.classList.toggle("ll-current", current);
        if (current) cell.button.setAttribute("aria-current", "true");
        else cell.button.removeAttribute("aria-current");
      }
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} note
 */
async function copyText(element, note) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    note.textContent = "copied";
  } catch {
    getSelection()?.selectAllChildren(element); // for Ctrl+C
    note.textContent = "selected";
  }
}

export default { render };
