import { fieldTarget } from '@heartwood/event'
import type { TimeDetail } from '../log-time.ts'

/** How a column shows its values. */
export type ColumnKind = 'time' | 'level' | 'message' | 'field'

export interface LogColumn {
  /** The name of the field, as the URL and queries have it. */
  readonly field: string
  readonly kind: ColumnKind
  readonly title: string
  /** Pixels, until the reader chooses another width. */
  readonly width: number
}

export const MIN_WIDTH = 48
export const MAX_WIDTH = 1_200
/** A step of the keyboard. */
export const WIDTH_STEP = 16

const WIDTHS: Readonly<Record<Exclude<ColumnKind, 'time'>, number>> = { level: 60, message: 320, field: 136 }
/** So that a time is seen whole. */
const TIME_WIDTHS: Readonly<Record<TimeDetail, number>> = { clock: 104, day: 144, year: 180 }
/** What ids are long. */
const ID_WIDTH = 250

/** @param detail of the times that the list writes */
export function columnOf(field: string, detail: TimeDetail = 'clock'): LogColumn {
  const target = fieldTarget(field)
  const own = target.at === 'own' ? target.field.name : undefined
  const kind = own === '@timestamp' ? 'time' : own === 'level' || own === 'message' ? own : 'field'
  const isId = own === 'trace_id' || own === 'id' || own === 'request_id'
  if (kind === 'time') return { field, kind, title: 'time', width: TIME_WIDTHS[detail] }
  return { field, kind, title: field, width: isId ? ID_WIDTH : WIDTHS[kind] }
}

/** The columns with one at another place among them. */
export function withMoved(fields: readonly string[], field: string, to: number): string[] {
  const others = fields.filter((each) => each !== field)
  if (others.length === fields.length) return [...fields]
  return others.toSpliced(Math.max(0, Math.min(others.length, to)), 0, field)
}

/** The columns with one more, before the message where that stands last: it takes what room is left. */
export function withAdded(fields: readonly string[], field: string): string[] {
  if (fields.includes(field)) return [...fields]
  const last = fields.at(-1)
  const isOpen = last !== undefined && columnOf(last).kind === 'message'
  return fields.toSpliced(isOpen ? fields.length - 1 : fields.length, 0, field)
}

/** The columns without one; the last one stays. */
export function withoutColumn(fields: readonly string[], field: string): string[] {
  const others = fields.filter((each) => each !== field)
  return others.length === 0 ? [...fields] : others
}

/** The column that shows a field, under whichever of its names. */
export function columnShowing(fields: readonly string[], field: string): string | undefined {
  return fields.find((each) => isSameField(each, field))
}

/** The columns with one more, or without the one that shows the field already. */
export function withToggled(fields: readonly string[], field: string): string[] {
  const shown = columnShowing(fields, field)
  return shown === undefined ? withAdded(fields, field) : withoutColumn(fields, shown)
}

/** Whether two names are the same field, as `msg` and `message` are. */
export function isSameField(a: string, b: string): boolean {
  const [left, right] = [fieldTarget(a), fieldTarget(b)]
  if (left.at === 'own') return right.at === 'own' && left.field === right.field
  return right.at === left.at && right.key === left.key
}

/** `grid-template-columns` of the rows: the last column takes the room that is left. */
export function gridTemplate(widths: readonly number[]): string {
  return widths
    .map((width, i) => (i === widths.length - 1 ? `minmax(${width}px, 1fr)` : `${width}px`))
    .join(' ')
}

/** A width a reader may choose. */
export function boundWidth(width: number): number {
  return Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, Math.round(width)))
}

/** The width at which the longest of some texts is seen whole, from the width of one character. */
export function fittingWidth(texts: readonly string[], characterPixels: number): number {
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0)
  return boundWidth(longest * characterPixels + 4)
}
