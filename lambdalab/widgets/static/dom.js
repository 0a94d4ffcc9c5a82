/** Small helpers to make elements and words. */

const FOCUSABLE = new Set(["a", "button", "input", "select", "summary"]);

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, any>} attributes `on...` are listeners, `text` is its words
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  // Without this JupyterLab would take a key typed on a button for a command to the notebook:
  // `d d` deletes a cell. It has to stand on every element that can have the focus.
  if (FOCUSABLE.has(tag) || "tabindex" in attributes) {
    element.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  element.append(...children);
  return element;
}

/**
 * Make a panel that can be folded.
 * @param {string} name
 * @param {string} title
 * @param {Node} body
 * @param {Node[]} aside what stands at the right of the title
 * @returns {HTMLDetailsElement}
 */
export function panel(name, title, body, ...aside) {
  const summary = h("summary", {}, h("span", { class: "ll-title", text: title }), ...aside);
  return h("details", { class: `ll-panel ll-${name}`, open: "" }, summary, body);
}

const INITS = new Set(["cold start", "spare environment", "repeated Init", "ahead"]);

/**
 * How the word for something of note looks: an Init, or something that went wrong.
 * @param {string | undefined} word
 */
export function noteClass(word) {
  return `ll-note ll-note-${INITS.has(word ?? "") ? "init" : "alarm"}`;
}

/**
 * Give an element these children and no others. What is there already stays where it is: to take it
 * out and put it back would cost a layout.
 * @param {Element} parent
 * @param {Node[]} wanted
 */
export function setChildren(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!kept.has(child)) child.remove();
  let place = parent.firstChild;
  for (const child of wanted) {
    if (child === place) place = child.nextSibling;
    else parent.insertBefore(child, place);
  }
}

/** Escape words for markup. @param {string} words */
export function escaped(words) {
  return words.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/**
 * Write microseconds as seconds, exactly, with three decimals at least.
 * @param {number} at
 * @param {number} least decimals
 */
export function seconds(at, least = 3) {
  const text = (at / 1e6).toFixed(6);
  const kept = text.length - 6 + least;
  return `${text.slice(0, kept)}${text.slice(kept).replace(/0+$/, "")} s`;
}

/** Write a number with thousands set apart. @param {number} n */
export function count(n) {
  return n.toLocaleString("en-US");
}

/**
 * Find how many numbers of a sorted list are not above a value.
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
export function notAbove(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Unpack what Python compressed.
 * @param {DataView} packed
 * @returns {Promise<any>}
 */
export async function unpack(packed) {
  const bytes = /** @type {BlobPart} */ (packed);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

/**
 * Let the colours of a still picture follow the theme.
 * @param {string} svg
 * @param {[string, string][]} palette colours, and the names under which the style sheet has them
 */
export function themed(svg, palette) {
  let text = svg;
  for (const [colour, name] of palette) text = text.replaceAll(colour, `var(--${name}, ${colour})`);
  return `<style>:host { display: block } svg { max-width: 100%; height: auto }</style>${text}`;
}
