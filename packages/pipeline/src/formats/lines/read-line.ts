import type { AttributeValue } from '@heartwood/event'
import type { ReadTime } from '../../time/calendar.ts'
import { formatsOf } from './index.ts'
import type { LineFormat } from './line.ts'
import { lineOf } from './line-of.ts'

/** What stands in front of a message, of one format or of several, the outer one first. */
export interface LineHead {
  readonly formats: readonly LineFormat[]
  /** Where the message begins, in bytes from the start of the line. */
  readonly messageAt: number
  readonly time: ReadTime | undefined
  readonly severity: number | undefined
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>
  readonly inside: LineFormat['inside']
}

/** Envelopes in envelopes: docker compose around syslog around an application's own line. */
const MAX_DEPTH = 4

/**
 * Reads the head of a line, through the envelopes around it: what the inner says of itself wins. Undefined where no format is
 * sure of it. Never throws; takes time in proportion to the length of `head`.
 * @param head the first bytes of the line, one UTF-16 unit each
 */
export function readLine(head: string, depth = 0): LineHead | undefined {
  const line = lineOf(head)
  if (line === undefined) return undefined
  for (const format of formatsOf(line.start)) {
    if (format.has !== undefined && !head.includes(format.has)) continue
    format.pattern.lastIndex = line.at
    const match = format.pattern.exec(head)
    if (match === null) continue
    const fields = format.fields(match, line)
    if (fields === undefined) continue
    const outer: LineHead = {
      formats: [format],
      messageAt: line.at + match[0].length,
      time: fields.time ?? line.time,
      severity: fields.severity ?? undefined,
      attributes: fields.attributes ?? NOTHING,
      inside: format.inside,
    }
    if (format.inside !== 'line' || depth + 1 === MAX_DEPTH) return outer
    const inner = readLine(head.slice(outer.messageAt), depth + 1)
    return inner === undefined ? outer : within(outer, inner)
  }
  return undefined
}

const NOTHING: LineHead['attributes'] = {}

function within(outer: LineHead, inner: LineHead): LineHead {
  return {
    formats: [...outer.formats, ...inner.formats],
    messageAt: outer.messageAt + inner.messageAt,
    time: inner.time ?? outer.time,
    severity: inner.severity ?? outer.severity,
    attributes: { ...outer.attributes, ...given(inner.attributes) },
    inside: inner.inside,
  }
}

function given(attributes: LineHead['attributes']): LineHead['attributes'] {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}
