/** What is where at an entry: looked up, never counted again. */

import { notAbove } from "./dom.js";
import { NONE } from "./run.js";

const LOOK_BACK = 400; // stays that are searched for those that go on

/**
 * @typedef {object} Stay
 * @property {string} thing
 * @property {number} start the entry that began it
 * @property {number} since when it came here, whatever its state was then
 * @property {string} state
 * @property {number} until when the state ends by itself
 * @property {number} count how often it was tried or received
 */

export class Flow {
  /** @param {import("./types.js").SystemSent} system */
  constructor(system) {
    this.nodes = system.nodes.map(([kind, label, x, y]) => ({ kind, label, x, y }));
    this.edges = system.edges;
    this.kinds = system.kinds;
    this.stays = system.stays;
    /** @type {{starts: number[], ends: number[], own: number[]}[]} of each node */
    this.at = this.nodes.map(() => ({ starts: [], ends: [], own: [] }));
    this.stays.node.forEach((node, n) => {
      this.at[node].own.push(n);
      this.at[node].starts.push(this.stays.start[n]);
      if (this.stays.end[n] !== NONE) this.at[node].ends.push(this.stays.end[n]);
    });
    for (const { ends } of this.at) ends.sort((a, b) => a - b);
    /** @type {Map<number, number[]>} entry -> the edges that something goes along */
    this.moves = new Map();
    for (const [seq, edge] of system.moves)
      this.moves.set(seq, [...(this.moves.get(seq) ?? []), edge]);
  }

  /**
   * How many things are at a node.
   * @param {number} node
   * @param {number} seq
   */
  count(node, seq) {
    return notAbove(this.at[node].starts, seq) - notAbove(this.at[node].ends, seq);
  }

  /**
   * The entry with which somebody last came to a node or left it.
   * @param {number} node
   * @param {number} seq
   */
  latest(node, seq) {
    const { starts, ends } = this.at[node];
    return Math.max(starts[notAbove(starts, seq) - 1] ?? 0, ends[notAbove(ends, seq) - 1] ?? 0);
  }

  /**
   * The latest things that came to a node and are still there, oldest first.
   * @returns {Stay[]}
   * @param {number} node
   * @param {number} seq
   */
  list(node, seq, most = Infinity) {
    const { starts, own } = this.at[node];
    const wanted = Math.min(this.count(node, seq), most);
    const found = [];
    const last = notAbove(starts, seq) - 1;
    for (let n = last; n >= 0 && found.length < wanted && last - n < LOOK_BACK; n--) {
      const stay = own[n];
      if (this.stays.end[stay] === NONE || this.stays.end[stay] > seq) found.push(this.stay(stay));
    }
    return found.reverse();
  }

  /**
   * @returns {Stay}
   * @param {number} n
   */
  stay(n) {
    const { thing, start, since, state, until, count } = this.stays;
    return {
      thing: thing[n],
      start: start[n],
      since: since[n],
      state: state[n],
      until: until[n],
      count: count[n],
    };
  }
}
