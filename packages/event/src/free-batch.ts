import type { Column, EventBatch } from './event-batch.ts'

/** What is not larger is not worth it, and may be memory that Node's small buffers have together: 64 KiB at a time. */
const SPARED_BYTES = 1 << 17

/**
 * Gives the memory of some bytes back now, not when the collector comes to it: it comes by how much was made and not given
 * back. For who made them and has let nobody keep them: whoever looks at them after that finds nothing there.
 */
export function freeBytes({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > SPARED_BYTES) buffer.transfer(0)
}

/** The same for a batch whose columns and texts are its own, as those of several batches that were joined. */
export function freeBatch(batch: EventBatch): void {
  for (const column of columnsOf(batch)) {
    if (column.type !== 'string' && column.type !== 'array') continue
    const { bytes, starts, lengths } = column.values.utf8()
    for (const part of [bytes, starts, lengths]) freeBytes(part)
  }
  freeRows(batch)
}

/** The same for rows that were selected from another batch, which goes on to have their texts. */
export function freeRows(batch: EventBatch): void {
  const { timestamp, observed_at, severity_number, weight, flags } = batch
  for (const values of [timestamp, observed_at, severity_number, weight, flags]) freeBytes(values)
  for (const column of columnsOf(batch)) {
    switch (column.type) {
      case 'string':
      case 'array':
        freeBytes(column.codes)
        break
      case 'int64':
      case 'double':
        freeBytes(column.present)
        freeBytes(column.values)
        break
      case 'boolean':
        freeBytes(column.values)
    }
  }
}

function* columnsOf({ id, text, attributes, resource }: EventBatch): Generator<Column> {
  yield id
  yield* text.values()
  for (const set of [attributes, resource]) for (const typed of set.values()) yield* Object.values(typed)
}
