import { parse } from '@heartwood/query-lang'
import type { LogWriter } from '../../src/port.ts'
import { appendOf, batchOf, deadLetter, eventsOf, MIDNIGHT, type StoreContent } from './store-content.ts'

const DAY = 86_400_000_000_000n

/** What a store should hold after some steps; the script's own simple account of it. */
export class Expected {
  readonly events = new Map<string, string>()
  readonly positions = new Map<number, bigint>()
  readonly deadLetters: string[] = []

  copy(): Expected {
    const copy = new Expected()
    for (const [id, message] of this.events) copy.events.set(id, message)
    for (const [partition, position] of this.positions) copy.positions.set(partition, position)
    copy.deadLetters.push(...this.deadLetters)
    return copy
  }

  /** A script that names a letter that is not there is wrong. */
  takeLetter(letter: string): void {
    const at = this.deadLetters.indexOf(letter)
    if (at === -1) throw new Error(`there is no letter ${letter}`)
    this.deadLetters.splice(at, 1)
  }

  content(): StoreContent {
    return {
      events: [...this.events].map(([id, message]) => `${id} ${message}`).sort(),
      positions: [...this.positions].sort(([a], [b]) => a - b),
      deadLetters: this.deadLetters,
    }
  }
}

export interface Step {
  readonly run: (writer: LogWriter) => Promise<unknown>
  readonly effect: (expected: Expected) => void
}

/** Some rows and a letter, `p0b1-x` for the first of partition 0. */
function append(partition: number, to: bigint, rows: number, sample?: string): Step {
  const batchId = `p${partition}b${to}`
  const drafts = eventsOf(batchId, rows, Number(to) * 100)
  const deadLetters = [deadLetter(`${batchId}-x`, sample)]
  return {
    run: (writer) => writer.append({ ...appendOf(partition, to, drafts, batchId), deadLetters }),
    effect: (expected) => {
      for (const { id, message } of drafts) expected.events.set(id, message ?? '')
      expected.positions.set(partition, to)
      expected.deadLetters.push(`${batchId}-x`)
    },
  }
}

/** Shows rows of the append that comes next; nothing of it is promised. */
function show(partition: number, from: bigint, to: bigint, rows: number): Step {
  const drafts = eventsOf(`p${partition}b${from + 1n}`, rows, Number(from + 1n) * 100)
  return {
    run: (writer) => writer.show({ partition, from: from === 0n ? null : from, to, events: batchOf(drafts) }),
    effect: () => undefined,
  }
}

/** Merges all that is due: small segments by decoding, others by copying. */
const merge: Step = {
  run: async (writer) => {
    while (await writer.maintain());
  },
  effect: () => undefined,
}

function deleteMatching(query: string, gone: (message: string) => boolean): Step {
  return {
    run: (writer) =>
      writer.delete({
        query: parse(query).query,
        range: { from: MIDNIGHT - 10n * DAY, to: MIDNIGHT + 10n * DAY },
        acceptedBefore: MIDNIGHT - 10n * DAY,
      }),
    effect: (expected) => {
      for (const [id, message] of expected.events) if (gone(message)) expected.events.delete(id)
    },
  }
}

/** The replay of a letter, in a partition of its own: it is an event now, or the same letter again, behind the others. */
function replay(to: bigint, letter: string, outcome: 'event' | 'letter'): Step {
  const partition = 2
  const drafts =
    outcome === 'event'
      ? eventsOf(letter, 1, Number(to) * 100).map((draft) => ({ ...draft, id: letter }))
      : []
  const deadLetters = outcome === 'letter' ? [{ ...deadLetter(letter, 'x'.repeat(300)), attempts: 2 }] : []
  return {
    run: (writer) =>
      writer.append({ ...appendOf(partition, to, drafts, `replay-${to}`), deadLetters, replayed: [letter] }),
    effect: (expected) => {
      for (const { id, message } of drafts) expected.events.set(id, message ?? '')
      expected.positions.set(partition, to)
      expected.takeLetter(letter)
      expected.deadLetters.push(...deadLetters.map(({ id }) => id))
    },
  }
}

function dismiss(letter: string): Step {
  return {
    run: (writer) => writer.dismissDeadLetters({ id: letter }),
    effect: (expected) => expected.takeLetter(letter),
  }
}

/** Everything a writer does, with merges and new generations in between; live files have had their time at each step. */
export const SCRIPT: readonly Step[] = [
  show(0, 0n, 1n, 5),
  show(0, 0n, 1n, 12),
  append(0, 1n, 12),
  append(1, 1n, 7),
  append(0, 2n, 11),
  append(0, 3n, 9),
  merge,
  append(1, 2n, 10),
  deleteMatching('"line 3"', (message) => message.startsWith('line 3 ')),
  append(0, 4n, 12),
  show(1, 2n, 3n, 8),
  replay(1n, 'p0b1-x', 'event'),
  replay(2n, 'p1b1-x', 'letter'),
  merge,
  dismiss('p0b2-x'),
  append(1, 3n, 8),
  show(0, 4n, 5n, 3),
]

/** Enough for a generation to begin after the commit that brings it. */
const LONG = 'x'.repeat(6_000)
/** Too long for the log: a letter like this brings a file. */
const HUGE = 'x'.repeat(300_000)

/** Letters that come, and go from the log, from files of a checkpoint and from those of a commit, between generations. */
export const LETTERS: readonly Step[] = [
  append(0, 1n, 0),
  append(0, 2n, 1, LONG),
  replay(1n, 'p0b1-x', 'event'),
  append(0, 3n, 0, LONG),
  replay(2n, 'p0b2-x', 'letter'),
  append(0, 4n, 0),
  append(0, 5n, 0, LONG),
  dismiss('p0b4-x'),
  append(0, 6n, 0, LONG),
  append(0, 7n, 0, HUGE),
  dismiss('p0b7-x'),
  replay(3n, 'p0b6-x', 'event'),
]

/** What a store should hold after the first steps of a script. */
export function expectedAfter(script: readonly Step[], steps = script.length): Expected {
  const expected = new Expected()
  for (const { effect } of script.slice(0, steps)) effect(expected)
  return expected
}
