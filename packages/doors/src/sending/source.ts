import { type DocumentShape, shapeOf } from './document-shape.ts'
import type { Batch } from './line-batches.ts'
import { SENDING_LIMITS } from './sending-limits.ts'

export interface Beginning {
  /** What was read of the source; `rest` goes on behind it. */
  readonly start: Uint8Array<ArrayBuffer>
  readonly rest: AsyncIterator<Uint8Array>
  /** `unknown` where that much of the start does not tell. */
  readonly shape: DocumentShape
}

/** Reads as much of a source as tells whether it can be cut at line ends. */
export async function beginningOf(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Beginning> {
  const rest = chunks[Symbol.asyncIterator]()
  let start = new Uint8Array(0)
  let ended = false
  let shape = shapeOf(start, ended)
  while (shape === 'unknown' && start.length < SENDING_LIMITS.peekBytes && !signal.aborted) {
    const { done, value } = await rest.next()
    ended = done === true
    if (!ended) start = joined([start, value])
    shape = shapeOf(start, ended)
  }
  return { start, rest, shape }
}

/** All of a source from its beginning. */
export async function* continued({ start, rest }: Beginning): AsyncGenerator<Uint8Array> {
  if (start.length > 0) yield start
  for (;;) {
    const { done, value } = await rest.next()
    if (done === true) return
    yield value
  }
}

/** A JSON document is longer than one request may be. */
export class DocumentTooLong extends Error {
  constructor() {
    super(
      `one JSON document of more than ${SENDING_LIMITS.maxDocumentBytes / 1e6} MB: write one object per line first, for example with jq -c '.[]'`,
    )
  }
}

/** A JSON document, in one batch. Throws DocumentTooLong. */
export async function wholeDocument(beginning: Beginning): Promise<Batch> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of continued(beginning)) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes > SENDING_LIMITS.maxDocumentBytes) throw new DocumentTooLong()
  }
  return { body: joined(pieces), firstLine: 1, lines: 0 }
}

/** Some pieces in one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
