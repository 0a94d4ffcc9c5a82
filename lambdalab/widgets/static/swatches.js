/** Samples of what the timeline is drawn with, for its legend. */

import { cross, dot, path, signAt } from "./signs.js";

/** A sample of a sign, for the legend. @param {import("./signs.js").Sign} sign */
export function signSwatch(sign) {
  return swatch(signAt(sign, 10, 7));
}

/**
 * A sample of a request, for the legend.
 * @param {string} kind
 */
export function requestSwatch(kind) {
  /** @type {Record<string, string>} */
  const inside = {
    warm: path("request-warm", dot(10, 7)),
    cold: path("request-cold", dot(10, 7)),
    throttled: path("request-refused", cross(10, 7)),
  };
  return swatch(inside[kind]);
}

/**
 * A sample of a kind of span; patterns of another picture may be gone, so it draws its lines.
 * @param {{pattern: string, colour: string}} look
 */
export function spanSwatch({ pattern, colour }) {
  const box = "M1 1.5h18v11h-18z";
  /** @type {Record<string, string>} */
  const inside = {
    dotted: path("bar ll-dotted", "M0 7h20"),
    hatched:
      path("hatch-ground", box) +
      path("hatch-line", "M2 12L11 2M8 12L17 2M14 12L19 6.5") +
      path("bar ll-hatched", box, ' fill="none"'),
    crossed: path("cross-line", "M1 2L11 12M9 2L19 12M11 2L1 12M19 2L9 12"),
    shrinking: path("bar ll-shrinking", "M1 1.5v11h18z"),
  };
  return swatch(
    `<g class="ll-of-${colour}">${inside[pattern] ?? path(`bar ll-${pattern}`, box)}</g>`,
  );
}

/** @param {string} inside */
function swatch(inside) {
  return `<svg class="ll-swatch" width="20" height="14" viewBox="0 0 20 14" aria-hidden="true">${inside}</svg>`;
}
