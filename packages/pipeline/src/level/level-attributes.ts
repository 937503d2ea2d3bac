import { type ColumnSet, type EventBatch, perValue, type TypedColumns } from '@heartwood/event'
import { AttributeEdit } from '../attribute-edit.ts'
import { canonicalKey, compareKeys } from '../keys.ts'
import type { Step } from '../step.ts'
import { isTimeKey } from '../time/time-attributes.ts'
import { type Scale, severityOfNumber } from './numbers.ts'
import { severityOfStatus, severityOfValue } from './words.ts'

interface LevelName {
  readonly key: string
  readonly word: ((value: string) => number | undefined) | undefined
  /** The scale of numbers under this name; `shape`: only where the rest of the event tells it. */
  readonly scale: Scale | 'shape' | undefined
  readonly keeps: boolean
  /** A word nobody knows under this name means that the level is unknown, whatever the line says. */
  readonly decides: boolean
}

const word = { word: severityOfValue, scale: undefined, keeps: false, decides: false }
const number = { word: undefined, keeps: false, decides: false }

/** Names of the level of an event, best first; each stands for all its spellings. */
const NAMES: readonly LevelName[] = [
  { key: 'severity_number', ...number, scale: 'otel' },
  { key: 'level', ...word, scale: 'shape', decides: true },
  { key: 'log.level', ...word, decides: true },
  { key: 'level_name', ...word, decides: true },
  { key: 'lvl', ...word, decides: true },
  { key: 'level.levelStr', ...word, decides: true },
  { key: 'record.level.name', ...word, decides: true },
  { key: '@fields.level', ...word, decides: true },
  { key: 'severity', ...word },
  { key: 'severity_text', ...word },
  { key: '@l', ...word },
  { key: 'log_severity', ...word },
  { key: 'syslog_severity', ...word, scale: 'syslog' },
  { key: 'log.syslog.severity.name', ...word },
  { key: 'log.syslog.severity.code', ...number, scale: 'syslog' },
  { key: 'priority', ...number, scale: 'shape' },
  { key: 'levelno', ...number, scale: 'python', keeps: true },
  { key: 'status', ...word, word: severityOfStatus, keeps: true },
]
const BY_KEY: ReadonlyMap<string, { readonly name: LevelName; readonly rank: number }> = new Map(
  NAMES.map((name, rank) => [canonicalKey(name.key), { name, rank }]),
)

/** Whether a key names the level of the event. */
export function isLevelKey(key: string): boolean {
  return BY_KEY.has(canonicalKey(key))
}

/** Takes the level of events from their attributes. A value that is no level stays where it is. */
export const levelAttributes: Step = {
  name: 'level',
  run: (batch) => ({ batch: levelFromAttributes(batch) }),
}

function levelFromAttributes(batch: EventBatch): EventBatch {
  const candidates = [...batch.attributes]
    .flatMap(([key, typed]) => {
      const known = BY_KEY.get(canonicalKey(key))
      return known === undefined ? [] : [{ key, typed, ...known }]
    })
    .sort((a, b) => a.rank - b.rank || compareKeys(a.key, b.key))
  if (candidates.length === 0) return batch

  const severity = batch.severity_number.slice()
  const attributes = new AttributeEdit(batch.attributes, batch.length)
  const scaleAt = shapes(batch)
  for (const { key, typed, name } of candidates) {
    const take = (row: number, type: 'string' | 'int64', value: number | undefined) => {
      if (value === undefined) return
      severity[row] = value
      if (!name.keeps) attributes.mask(key, type)[row] = 1
    }
    const numberAt = (row: number, value: number) => {
      const scale = name.scale === 'shape' ? scaleAt(row, key) : name.scale
      return scale === undefined ? undefined : severityOfNumber(scale, value)
    }
    const { string, int64 } = typed
    if (string !== undefined) {
      const words = perValue(string.values, (value) => name.word?.(value))
      const digits = perValue(string.values, (value) => (/^\d{1,2}$/.test(value) ? Number(value) : undefined))
      for (let row = 0; row < batch.length; row++) {
        const code = string.codes[row] ?? 0
        if (code === 0 || severity[row] !== 0) continue
        const given = digits[code]
        take(row, 'string', given === undefined ? words[code] : numberAt(row, given))
      }
    }
    if (int64 !== undefined) {
      for (let row = 0; row < batch.length; row++) {
        if (!int64.present[row] || severity[row] !== 0) continue
        take(row, 'int64', numberAt(row, Number(int64.values[row])))
      }
    }
  }
  return { ...batch, severity_number: severity, attributes: attributes.finish() }
}

/** Whether an attribute of the row claims to be its level, in words that nobody knows. */
export function levelClaims(attributes: ColumnSet, length: number): Uint8Array {
  const claims = new Uint8Array(length)
  for (const [key, { string }] of attributes) {
    if (string === undefined || !BY_KEY.get(canonicalKey(key))?.name.decides) continue
    for (let row = 0; row < length; row++) if (string.codes[row] !== 0) claims[row] = 1
  }
  return claims
}

/**
 * Which scale the numbers of a row are on: pino and bunyan write time, message, and pid or hostname with the level;
 * journald its `__REALTIME_TIMESTAMP` with a PRIORITY. Any other bare number may mean anything.
 */
function shapes(batch: EventBatch): (row: number, key: string) => Scale | undefined {
  let marks: ReturnType<typeof shapeMarks> | undefined
  const message = batch.text.get('message')
  return (row, key) => {
    marks ??= shapeMarks(batch)
    if (canonicalKey(key) === 'priority') return marks.journal[row] ? 'syslog' : undefined
    return marks.time[row] && marks.process[row] && message?.codes[row] ? 'pino' : undefined
  }
}

function shapeMarks(batch: EventBatch): { time: Uint8Array; process: Uint8Array; journal: Uint8Array } {
  const time = new Uint8Array(batch.length)
  const process = new Uint8Array(batch.length)
  const journal = new Uint8Array(batch.length)
  for (const [key, typed] of batch.attributes) {
    const canonical = canonicalKey(key)
    if (isTimeKey(key)) markPresent(typed, time)
    if (canonical === 'processpid' || canonical === 'hostname') markPresent(typed, process)
    if (canonical === 'realtimetimestamp') markPresent(typed, journal)
  }
  return { time, process, journal }
}

function markPresent({ string, int64, double }: TypedColumns, marks: Uint8Array): void {
  for (let row = 0; row < marks.length; row++) {
    if (string?.codes[row] || int64?.present[row] || double?.present[row]) marks[row] = 1
  }
}
