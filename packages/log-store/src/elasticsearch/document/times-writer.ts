import { type EventBatch, millisFromNanos } from '@heartwood/event'
import { type JsonBytes, type Piece, pieceOf } from './json-bytes.ts'

const START = pieceOf('{"@timestamp":')
const TIMESTAMP = pieceOf(',"timestamp":"')
const END = pieceOf('"')

const MILLI_DIGITS = 6

/** Begins the documents of a batch with the times of a row. */
export function timesWriter({ timestamp, observed_at }: EventBatch): (row: number, into: JsonBytes) => void {
  const observed = observedPieces()
  return (row, into) => {
    const time = timestamp[row] ?? 0n
    const digits = String(time)
    into.piece(START)
    // From 1970 on, whole milliseconds are all but the last digits.
    if (time >= 0n && digits.length > MILLI_DIGITS) into.text(digits.slice(0, -MILLI_DIGITS))
    else into.text(String(millisFromNanos(time)))
    into.piece(TIMESTAMP)
    into.text(digits)
    into.piece(END)
    into.piece(observed(observed_at[row] ?? 0n))
  }
}

/** Rows of one record were received at one time. */
function observedPieces(): (observedAt: bigint) => Piece {
  let last: bigint | undefined
  let piece = END
  return (observedAt) => {
    if (observedAt !== last) {
      piece = pieceOf(`,"observed_at":"${observedAt}"`)
      last = observedAt
    }
    return piece
  }
}
