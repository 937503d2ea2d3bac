import { type Column, type ColumnSet, type EventBatch, type StringColumn, valueAt } from '@heartwood/event'

/** Names under which shippers put the line they read. */
const LINE_KEYS = ['log', 'message'] as const
/** One of these says that an event is a line that was read from a file or a container, not one that a library wrote. */
const MARKS = [
  'stream',
  'log.file.path',
  'log.offset',
  'container.id',
  'container_id',
  'docker.container_id',
  'kubernetes.container_name',
  'kubernetes.pod_name',
  'kubernetes.pod.name',
  'kubernetes.container.name',
]
/** What `stream` says where it is a container's; elsewhere it may be anything. */
const STREAMS: ReadonlySet<unknown> = new Set(['stdout', 'stderr'])
/** With the marks, what tells one source from another. */
const SOURCES = [
  ...MARKS.filter((key) => key !== 'log.offset'),
  'file',
  'path',
  'host',
  'hostname',
  'host.name',
  'agent.id',
  'kubernetes.pod_id',
  'kubernetes.namespace_name',
  'kubernetes.host',
  'tag',
]
/** Who says a level has understood the line already. */
const LEVELS = ['level', 'log.level', 'severity', 'lvl']

/** The lines of text in JSON envelopes: Docker's json-file, Filebeat, Fluent Bit, Vector. */
export interface EnvelopedLines {
  readonly key: string
  readonly column: StringColumn
  /** Whose line a row is; undefined for one that is none. */
  sourceOf(row: number): string | undefined
}

/** Undefined where the batch has no such lines. */
export function envelopedLines({ attributes }: EventBatch): EnvelopedLines | undefined {
  const marks = columnsOf(attributes, MARKS)
  if (marks.length === 0) return undefined
  const streams = columnsOf(attributes, ['stream'])
  const others = marks.filter((column) => !streams.includes(column))
  for (const key of LINE_KEYS) {
    const column = attributes.get(key)?.string
    if (column === undefined) continue
    const sources = columnsOf(attributes, SOURCES)
    const levels = columnsOf(attributes, LEVELS)
    const has = (columns: readonly Column[], row: number) =>
      columns.some((one) => valueAt(one, row) !== undefined)
    const isMarked = (row: number) =>
      has(others, row) || streams.some((one) => STREAMS.has(valueAt(one, row)))
    return {
      key,
      column,
      sourceOf: (row) =>
        column.codes[row] === 0 || !isMarked(row) || has(levels, row)
          ? undefined
          : sources.map((one) => String(valueAt(one, row) ?? '')).join('\0'),
    }
  }
  return undefined
}

function columnsOf(attributes: ColumnSet, keys: readonly string[]): Column[] {
  return keys.flatMap((key) => Object.values(attributes.get(key) ?? {}))
}
