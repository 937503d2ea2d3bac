import { type ArrayColumn, type EventBatch, perValue, type StringColumn, withText } from '@heartwood/event'
import { compareKeys } from '../keys.ts'
import type { Step } from '../step.ts'
import { TextFill } from '../text-fill.ts'

/** W3C Trace Context: version, trace id, parent (span) id, flags. Version ff and all-zero ids are invalid. */
const TRACEPARENT =
  /^(?:\[")?(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:"\])?$/
const TRACEPARENT_LENGTH = 55
/** As the only element of an array, `["..."]`: so Go's HTTP headers are written. */
const ELEMENT_LENGTH = TRACEPARENT_LENGTH + 4

/**
 * A `traceparent` under any key gives trace_id and span_id where the event has none of its own. The attribute stays,
 * it also holds the flags. Values of another length, nearly all, cost one comparison a distinct value.
 */
export const traceparent: Step = { name: 'traceparent', run: (batch) => ({ batch: fromTraceparent(batch) }) }

function fromTraceparent(batch: EventBatch): EventBatch {
  const columns = [...batch.attributes]
    .flatMap(([key, { string, array }]) =>
      [string, array].flatMap((column) =>
        column !== undefined && holdsOne(column) ? [{ key, column }] : [],
      ),
    )
    .sort((a, b) => compareKeys(a.key, b.key))
  if (columns.length === 0) return batch
  const trace = new TextFill(batch.text.get('trace_id'), batch.length)
  const span = new TextFill(batch.text.get('span_id'), batch.length)
  for (const { column } of columns) {
    const ids = perValue(column.values, (value) => TRACEPARENT.exec(value))
    for (let row = 0; row < batch.length; row++) {
      const match = ids[column.codes[row] ?? 0]
      if (!match || column.codes[row] === 0) continue
      const id = match[1] ?? ''
      if (!trace.has(row)) trace.set(row, trace.code(id))
      // A span id belongs to its own trace: an event with another trace_id does not get it.
      if (!span.has(row) && trace.textAt(row) === id) span.set(row, span.code(match[2] ?? ''))
    }
  }
  return withText(batch, {
    ...(trace.changed && { trace_id: trace.finish() }),
    ...(span.changed && { span_id: span.finish() }),
  })
}

function holdsOne(column: StringColumn | ArrayColumn): boolean {
  const { lengths } = column.values.utf8()
  for (let code = 1; code < lengths.length; code++) {
    const length = lengths[code]
    if (length !== TRACEPARENT_LENGTH && length !== ELEMENT_LENGTH) continue
    if (TRACEPARENT.test(column.values.at(code))) return true
  }
  return false
}
