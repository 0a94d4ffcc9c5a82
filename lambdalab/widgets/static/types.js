/**
 * What the modules pass to each other, for the type checker; nothing of it runs.
 *
 * The payload is what `views/columns.py` sends: one element per thing in every column; a thing is a
 * number of a list of names, and -1 is none.
 */

/**
 * @typedef {object} Payload
 * @property {string} title
 * @property {number | null} seed
 * @property {string} alt
 * @property {Record<string, number[]> & {text: string[]}} entries of each entry
 * @property {[number, number[]][]} given entries that a decision rested on
 * @property {[number, string][]} settings the setting that an entry rests on, in words
 * @property {number[]} configured entries that set something up
 * @property {[number, string][]} notable entries of note, each with its word
 * @property {[string, string, string[]][]} things that can be followed: kind, words, names
 * @property {Rule[]} rules
 * @property {{name: string[], function: string[]}} environments
 * @property {MachineSent[]} machines the first is that of environments
 * @property {SystemSent} system
 * @property {{seq: number[], environment: number[], text: string[]}} lines of the log
 * @property {Record<string, string>} sources of each function that has one
 * @property {boolean} several functions
 * @property {[string, string, string][]} settable owner, setting, value
 * @property {[string, string][]} palette colours, and their names in the style sheet
 * @property {[string, number][]} goals words, and the entry that shows it
 * @property {ChartSent} chart
 */
/** @typedef {[id: string, sentence: string, label: string, page: string]} Rule */
/**
 * @typedef {object} MachineSent
 * @property {string} kind of the things that it is a machine of
 * @property {string} name
 * @property {[string, number, number][]} states name, column, row
 * @property {number[]} ends states that nothing leaves
 * @property {[number, number][]} edges from one state to another
 * @property {number[]} thing of each change
 * @property {number[]} state
 * @property {number[]} seq
 */
/**
 * @typedef {object} SystemSent
 * @property {string[]} kinds of nodes, from left to right
 * @property {[string, string, number, number][]} nodes kind, label, column, row
 * @property {[number, number][]} edges
 * @property {[number, number][]} moves an entry, and the edge that something goes along
 * @property {{thing: string[], node: number[], start: number[], end: number[], since: number[],
 *   state: string[], until: number[], count: number[]}} stays
 */
/**
 * @typedef {object} ChartSent
 * @property {[string, string, string, string, string, number][]} looks as in `views/looks.py`
 * @property {[string, string, number][]} lanes name, whose, how many share it
 * @property {{lane: number[], kind: number[], start: number[], end: number[], seq: number[],
 *   label: string[], status: string[]}} spans
 * @property {[number, number][]} left of a loan: which share of it was left at its end
 * @property {[string, string, string, string][]} signs kind, glyph, colour, words
 * @property {{at: number[], seq: number[], request: string[], kind: string[], lane: number[],
 *   taken: number[]}} arrivals
 * @property {[number, number, number, number, string][]} brackets lane, start, end, entry, label
 * @property {[number, number, number, string][]} marks lane, moment, entry, kind
 * @property {[number, [number, number][]][]} busy of a lane: from when on how many are at work
 * @property {[number, number, number, number, number][]} pieces start, end, left, right, cut
 * @property {[number, string, number, number][]} ticks share, label, rank, cut
 */

/**
 * @typedef {object} State what is shown
 * @property {number} step
 * @property {Thing | null} followed
 * @property {number} environment
 * @property {boolean} help
 * @property {boolean} fork
 * @property {boolean} playing
 */
/** @typedef {{kind: string, number: number}} Thing an environment, a request, ... */
/**
 * @typedef {object} Panel
 * @property {HTMLElement} element
 * @property {(state: State) => void} show
 * @property {(state: State) => void} [settle] scroll what has to scroll, once a frame
 * @property {() => void} [resize]
 * @property {() => void} [end]
 */
/**
 * @typedef {object} Go what controls may do
 * @property {(seq: number) => void} to
 * @property {(count: number) => void} by
 * @property {(direction: number) => void} beside
 * @property {(direction?: number) => void} notable
 * @property {() => number[]} wanted
 * @property {(word: string) => void} want
 * @property {(thing: Thing | null) => void} follow
 * @property {() => void} followThis
 * @property {() => void} play
 * @property {(entries: number) => void} speed
 * @property {(name: "why" | "entries") => void} open
 * @property {() => void} fork
 * @property {(factor: number) => void} zoom
 * @property {() => void} help
 * @property {() => void} leave
 * @property {() => void} save
 */
/**
 * @typedef {object} Model what a notebook gives a widget
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {() => void} save_changes
 * @property {(name: string, listener: () => void) => void} on
 * @property {(name: string, listener: () => void) => void} off
 */

export {};
