/** The run as Python sent it, and what can be looked up in it. */

import { count, notAbove, seconds } from "./dom.js";

export const NONE = -1;
const LONGEST_CHAIN = 40; // links that are shown
const FURTHEST = 1000; // causes that are looked at
const LONGEST_CYCLE = 12;
const LEAST_TIMES = 3;

/** @typedef {import("./types.js").Thing} Thing */
/** @typedef {{kind: string, words: string, names: string[]}} Things that can be followed */
/**
 * @typedef {import("./types.js").MachineSent & {changes: number[][], seqs: number[][]}} Machine
 *   with the changes of each thing, and their entries
 */
/**
 * @typedef {object} State which state of its machine a thing is in
 * @property {number} state
 * @property {number} before the state before it
 * @property {number} seq the entry with which it entered it
 * @property {number} entered how many states it has entered so far
 */
/**
 * @typedef {object} Link one link of a chain of causes
 * @property {number} seq
 * @property {boolean} given it is something else that the decision rested on
 * @property {string} text
 * @property {[string, string, string, string]} rule id, sentence, label, page
 * @property {string} label documented, measured, assumed or you; "" of what recurs
 */

export class Run {
  /** @param {import("./types.js").Payload} columns */
  constructor(columns) {
    this.columns = columns;
    this.entries = columns.entries;
    this.length = this.entries.at.length;
    this.given = new Map(columns.given);
    this.settings = new Map(columns.settings);
    this.configured = new Set(columns.configured);
    this.notable = new Map(columns.notable);
    this.notableSeqs = columns.notable.map(([seq]) => seq);
    this.things = columns.things.map(([kind, words, names]) => ({ kind, words, names }));
    /** @type {Record<string, number[][]>} of each kind and thing its entries */
    this.of = {};
    for (const { kind, names } of this.things)
      this.of[kind] = grouped(this.entries[kind], names.length);
    this.lines = grouped(columns.lines.environment, columns.environments.name.length);
    this.lineSeqs = this.lines.map((own) => own.map((n) => columns.lines.seq[n]));
    this.machines = columns.machines.map((machine) => {
      const changes = grouped(machine.thing, this.namesOf(machine.kind).length);
      return { ...machine, changes, seqs: changes.map((own) => own.map((n) => machine.seq[n])) };
    });
    /** The first machine is that of environments. */
    this.phases = this.machines[0];
    this.latest = latest(this.entries.environment);
    this.decimals = this.entries.at.reduce(
      (most, at) => Math.max(most, seconds(at).split(".")[1].length - 2),
      3,
    );
  }

  /** The time of an entry, with as many decimals as that of any other. @param {number} seq */
  time(seq) {
    return seconds(this.entries.at[seq], this.decimals);
  }

  /** @param {string} kind */
  namesOf(kind) {
    return this.things.find((thing) => thing.kind === kind)?.names ?? [];
  }

  /** @param {Thing} thing */
  nameOf(thing) {
    return this.namesOf(thing.kind)[thing.number];
  }

  /**
   * What an entry is about: an environment, else a request.
   * @returns {Thing | null}
   * @param {number} seq
   */
  thingAt(seq) {
    for (const { kind } of this.things) {
      if (this.entries[kind][seq] !== NONE) return { kind, number: this.entries[kind][seq] };
    }
    return null;
  }

  /** The lane of a thing, or that of the first entry about it which has one. */
  laneOf(/** @type {Thing | null} */ thing) {
    const own = thing ? this.of[thing.kind][thing.number] : [];
    const found = own.find((seq) => this.entries.lane[seq] !== NONE);
    return found === undefined ? NONE : this.entries.lane[found];
  }

  /**
   * The environment to look at: the followed one, or that of the latest entry that has one.
   * @param {number} seq
   * @param {Thing | null} followed
   */
  environmentAt(seq, followed) {
    if (!followed) return this.latest[seq];
    if (followed.kind === "environment") return followed.number;
    const own = this.of[followed.kind][followed.number];
    for (let place = notAbove(own, seq) - 1; place >= 0; place--) {
      if (this.entries.environment[own[place]] !== NONE)
        return this.entries.environment[own[place]];
    }
    return NONE;
  }

  /**
   * The next or previous entry of a list of entries, or the one given.
   * @param {number[]} sorted
   * @param {number} seq
   * @param {number} direction
   */
  beside(sorted, seq, direction) {
    const place = notAbove(sorted, seq);
    const at = direction > 0 ? place : place - (sorted[place - 1] === seq ? 2 : 1);
    return sorted[at] ?? seq;
  }

  /**
   * The state of a thing at an entry.
   * @param {Machine} machine
   * @param {number} thing
   * @param {number} seq
   * @returns {State}
   */
  stateAt(machine, thing, seq) {
    const entered = notAbove(machine.seqs[thing] ?? [], seq);
    const change = (/** @type {number} */ n) => machine.changes[thing]?.[entered - n];
    const [now, before] = [change(1), change(2)];
    return {
      entered,
      state: now === undefined ? NONE : machine.state[now],
      before: before === undefined ? NONE : machine.state[before],
      seq: now === undefined ? NONE : machine.seq[now],
    };
  }

  /**
   * How many lines an environment has written so far; they are the first of `lines[...]`.
   * @param {number} environment
   * @param {number} seq
   */
  linesUntil(environment, seq) {
    return notAbove(this.lineSeqs[environment] ?? [], seq);
  }

  /**
   * Why an entry came about, nearest cause first; what recurs is told once.
   * @returns {Link[]}
   * @param {number} seq
   */
  why(seq) {
    /** @type {number[]} */
    const causes = [];
    for (let at = seq; at !== NONE && causes.length < FURTHEST; at = this.entries.cause[at])
      causes.push(at);
    const { kind, rule, at } = this.entries;
    const links = [];
    for (const [place, length, times] of cycles(causes.map((n) => `${kind[n]} ${rule[n]}`))) {
      if (links.length >= LONGEST_CHAIN) break;
      for (const cause of causes.slice(place, place + length)) {
        links.push(this.link(cause, false), ...this.rested(cause));
      }
      if (times === 1) continue;
      const link = this.link(causes[place + length * times - 1], true);
      const begun = Array.from({ length: times }, (_, n) => at[causes[place + length * n]]);
      links.push({ ...link, text: again(begun), label: "" });
    }
    return links;
  }

  /**
   * What else an entry rested on.
   * @returns {Link[]}
   * @param {number} seq
   */
  rested(seq) {
    const setting = this.settings.get(seq);
    return (this.given.get(seq) ?? []).map((other) => {
      const link = this.link(other, true);
      if (!setting || !this.configured.has(other)) return link;
      return { ...link, text: setting, label: "you" };
    });
  }

  /**
   * @param {number} seq
   * @param {boolean} given
   * @returns {Link}
   */
  link(seq, given) {
    const rule = this.columns.rules[this.entries.rule[seq]];
    return { seq, given, text: this.entries.text[seq], rule, label: rule[2] };
  }
}

/**
 * Part a chain into what recurs and what does not, as `cycles` in `views/why.py` does.
 * @param {string[]} kinds
 * @returns {[number, number, number][]} the place, its length, how many times
 */
function cycles(kinds) {
  /** @type {[number, number, number][]} */
  const found = [];
  for (let place = 0; place < kinds.length;) {
    let [length, times] = [1, 1];
    for (let tried = 1; tried <= LONGEST_CYCLE && times === 1; tried++) {
      let end = place + tried;
      while (end < kinds.length && kinds[end] === kinds[end - tried]) end++;
      const whole = Math.floor((end - place) / tried);
      if (whole >= LEAST_TIMES) [length, times] = [tried, whole];
    }
    found.push([place, length, times]);
    place += length * times;
  }
  return found;
}

/** Say how often the same happened before, and how far apart. @param {number[]} begun */
function again(begun) {
  const gaps = new Set(begun.slice(1).map((at, n) => begun[n] - at));
  const often = `the same ${count(begun.length - 1)} more times before that`;
  const [gap] = gaps;
  if (gaps.size > 1) return `${often}, since ${seconds(/** @type {number} */ (begun.at(-1)))}`;
  if (gap === 0) return `${often}, at the same moment`;
  return gap === 1e6 ? `${often}, once a second` : `${often}, every ${seconds(gap)}`;
}

/** List the places at which each number stands. @param {number[]} numbers @param {number} count */
function grouped(numbers, count) {
  const groups = Array.from({ length: count }, () => /** @type {number[]} */ ([]));
  numbers.forEach((n, place) => groups[n]?.push(place));
  return groups;
}

/** Fill every gap in a column with the number before it. @param {number[]} numbers */
function latest(numbers) {
  const filled = new Int32Array(numbers.length).fill(NONE);
  numbers.forEach((n, place) => {
    filled[place] = n !== NONE ? n : place ? filled[place - 1] : NONE;
  });
  return filled;
}
