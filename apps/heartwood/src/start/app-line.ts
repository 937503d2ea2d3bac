import { z } from 'zod'
import type { Paint } from '../paint.ts'
import { terminalText } from '../terminal-text.ts'

/** A line of an app's own log, as pino writes it. */
const PinoLine = z.looseObject({ level: z.number(), time: z.string(), msg: z.string().optional() })
/** Pino's levels by number. */
export const LEVELS: ReadonlyMap<number, string> = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
])
const NAMED = new Set(['level', 'time', 'msg', 'app', 'pid', 'hostname'])
/** Longer lines are cut: a log is for reading. */
const LONGEST = 8_000

/**
 * A line of an app as a person reads it: `12:30:01.250 info  indexer is ready port=4322`. The prefix of the app is added
 * by the caller. What is not pino's JSON is shown as it is; nothing in it can drive the terminal.
 */
export function renderAppLine(text: string, paint: Paint): string {
  const line = parse(text)
  if (line === undefined) return terminalText(text.slice(0, LONGEST))
  const level = LEVELS.get(line.level) ?? String(line.level)
  const fields = Object.entries(line)
    .filter(([name]) => !NAMED.has(name))
    .map(([name, value]) => `${name}=${field(name, value)}`)
    .join(' ')
  return [
    paint('dim', terminalText(line.time).slice(11, 23)),
    paint(level, level.padEnd(5)),
    terminalText((line.msg ?? '').slice(0, LONGEST)),
    paint('dim', terminalText(fields.slice(0, LONGEST))),
  ]
    .filter((part) => part !== '')
    .join(' ')
}

function parse(text: string) {
  if (!text.startsWith('{')) return undefined
  try {
    return PinoLine.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** An error is its message and the place it came from; the rest as JSON. */
function field(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (name === 'err' && typeof value === 'object' && value !== null && 'stack' in value)
    return String(value.stack)
  return JSON.stringify(value)
}
