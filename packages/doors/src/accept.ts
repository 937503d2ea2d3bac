import { type Accepted, RefusedBody } from './accepted.ts'
import { type Sniffed, sniff, TooManyRecords } from './framing/index.ts'
import { acceptJsonLines, acceptJsonValues } from './json/accept.ts'
import { acceptText } from './text/accept.ts'

/**
 * Accepts an inflated body of `POST /ingest`, whatever it holds: the bytes decide between the json and the text door.
 * Throws RefusedBody where nothing of it can be taken; a record that cannot be taken is among `refused`.
 */
export async function acceptLogs(body: Uint8Array): Promise<Accepted> {
  const accepted = await acceptAs(
    body,
    framed(() => sniff(body)),
  )
  if (accepted.records === 0) throw new RefusedBody('empty_body', 'The request has no records.')
  return accepted
}

async function acceptAs(body: Uint8Array, sniffed: Sniffed): Promise<Accepted> {
  switch (sniffed.framing) {
    case 'ndjson':
      return acceptJsonLines(sniffed.lines)
    case 'text':
      return acceptText(sniffed.lines)
    case 'json_array':
      return acceptJsonValues(body, sniffed.frames)
    case 'none':
      throw new RefusedBody('invalid_body', `Nothing was stored: ${sniffed.reason}.`)
  }
}

/** Runs framing, and says in the words of the error table that a body has too many records. */
export function framed<T>(cut: () => T): T {
  try {
    return cut()
  } catch (error) {
    if (error instanceof TooManyRecords)
      throw new RefusedBody('body_too_large', `Nothing was stored: ${error.message}.`, { cause: error })
    throw error
  }
}
