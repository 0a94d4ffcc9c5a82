/** The run as Python sent it, and what can be looked up in it. */

import { notAbove } from "./dom.js";

export const NONE = -1;
const LONGEST_CHAIN = 40;

/** @typedef {{kind: "environment" | "request", number: number}} Thing */
/**
 * @typedef {object} Link one link of a chain of causes
 * @property {number} seq
 * @property {boolean} given it is something else that the decision rested on
 * @property {string} text
 * @property {[string, string, string, string]} rule id, sentence, label, page
 * @property {string} label documented, measured, assumed or you
 */

export class Run {
  /** @param {any} columns see `views/columns.py` */
  constructor(columns) {
    this.columns = columns;
    this.entries = columns.entries;
    this.length = this.entries.at.length;
    this.given = new Map(columns.given);
    this.settings = new Map(columns.settings);
    this.configured = new Set(columns.configured);
    this.notable = new Map(columns.notable);
    this.notableSeqs = columns.notable.map(([seq]) => seq);
    this.of = {
      environment: grouped(this.entries.environment, columns.environments.name.length),
      request: grouped(this.entries.request, columns.requests.length),
    };
    this.lines = grouped(columns.lines.environment, columns.environments.name.length);
    this.lineSeqs = this.lines.map((own) => own.map((n) => columns.lines.seq[n]));
    this.phases = grouped(columns.phases.environment, columns.environments.name.length);
    this.phaseSeqs = this.phases.map((own) => own.map((n) => columns.phases.seq[n]));
    this.latest = latest(this.entries.environment);
  }

  /** @param {Thing} thing */
  nameOf(thing) {
    const { environments, requests } = this.columns;
    return thing.kind === "environment" ? environments.name[thing.number] : requests[thing.number];
  }

  /** What an entry is about: an environment, else a request. @returns {Thing | null} */
  thingAt(seq) {
    for (const kind of /** @type {const} */ (["environment", "request"])) {
      if (this.entries[kind][seq] !== NONE) return { kind, number: this.entries[kind][seq] };
    }
    return null;
  }

  /** The environment to look at: the followed one, or that of the latest entry that has one. */
  environmentAt(seq, /** @type {Thing | null} */ followed) {
    if (!followed) return this.latest[seq];
    if (followed.kind === "environment") return followed.number;
    const own = this.of.request[followed.number];
    for (let place = notAbove(own, seq) - 1; place >= 0; place--) {
      if (this.entries.environment[own[place]] !== NONE)
        return this.entries.environment[own[place]];
    }
    return NONE;
  }

  /** The next or previous entry of a list of entries, or the one given. */
  beside(sorted, seq, direction) {
    const place = notAbove(sorted, seq);
    const at = direction > 0 ? place : place - (sorted[place - 1] === seq ? 2 : 1);
    return sorted[at] ?? seq;
  }

  /** How many phases an environment has entered so far. */
  phasesUntil(environment, seq) {
    return notAbove(this.phaseSeqs[environment] ?? [], seq);
  }

  /** The n-th phase of an environment: which, and the entry that began it. */
  phase(environment, n) {
    const place = this.phases[environment]?.[n];
    if (place === undefined) return { phase: NONE, seq: NONE };
    return { phase: this.columns.phases.phase[place], seq: this.columns.phases.seq[place] };
  }

  /** How many lines an environment has written so far; they are the first of `lines[...]`. */
  linesUntil(environment, seq) {
    return notAbove(this.lineSeqs[environment] ?? [], seq);
  }

  /** Why an entry came about, nearest cause first. @returns {Link[]} */
  why(seq) {
    const links = [];
    for (let at = seq; at !== NONE && links.length < LONGEST_CHAIN; at = this.entries.cause[at]) {
      links.push(this.link(at, false));
      for (const other of this.given.get(at) ?? []) {
        const link = this.link(other, true);
        const setting = this.settings.get(at);
        if (setting && this.configured.has(other)) {
          link.text = setting;
          link.label = "you";
        }
        links.push(link);
      }
    }
    return links;
  }

  /** @returns {Link} */
  link(seq, given) {
    const rule = this.columns.rules[this.entries.rule[seq]];
    return { seq, given, text: this.entries.text[seq], rule, label: rule[2] };
  }
}

/** List the places at which each number stands. */
function grouped(numbers, count) {
  const groups = Array.from({ length: count }, () => /** @type {number[]} */ ([]));
  numbers.forEach((n, place) => groups[n]?.push(place));
  return groups;
}

/** Fill every gap in a column with the number before it. */
function latest(numbers) {
  const filled = new Int32Array(numbers.length).fill(NONE);
  numbers.forEach((n, place) => {
    filled[place] = n !== NONE ? n : place ? filled[place - 1] : NONE;
  });
  return filled;
}
