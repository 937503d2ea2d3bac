import { parseTime } from '@heartwood/query-lang'
import { createParser, createSerializer, type inferParserType, parseAsString } from 'nuqs/server'

/** A time as the API takes it; anything else counts as not there. */
const parseAsTime = createParser<string>({
  parse: (text) => (parseTime(text, 0n) === undefined ? null : text.trim()),
  serialize: (time) => time,
})

/** Which letters are shown, as it stands in the URL; `open` is the id of the one in the drawer. */
export const LETTER_PARAMS = {
  door: parseAsString,
  step: parseAsString,
  reason: parseAsString,
  batch: parseAsString,
  from: parseAsTime,
  to: parseAsTime,
  open: parseAsString,
}
export type LettersState = inferParserType<typeof LETTER_PARAMS>

export const lettersHref = createSerializer(LETTER_PARAMS)

/** The filter as the API takes it. */
export function filterOf({ door, step, reason, batch, from, to }: LettersState) {
  return {
    ...(door !== null && { door }),
    ...(step !== null && { step }),
    ...(reason !== null && { reason }),
    ...(batch !== null && { batch_id: batch }),
    ...(from !== null && { from_time: from }),
    ...(to !== null && { to_time: to }),
  }
}
