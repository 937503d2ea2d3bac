import { exactIntegers } from '@heartwood/event'
import { prettyJson } from './pretty-json.ts'

/** Laid out it would be longer than anybody reads. */
const MAX_TEXT = 100_000

/** A message that is a JSON object or list as a whole, laid out over several lines; undefined for any other. */
export function messageJson(message: string): string | undefined {
  const text = message.trim()
  if (!/^[[{]/.test(text) || text.length > MAX_TEXT) return undefined
  try {
    const laidOut = prettyJson(JSON.parse(text, exactIntegers))
    return laidOut === text ? undefined : laidOut
  } catch {
    return undefined
  }
}
