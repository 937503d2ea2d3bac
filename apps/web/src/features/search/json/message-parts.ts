import { laidOut } from './laid-out.ts'

/** A message cut where JSON begins in it: what stands before as it is, the JSON over several lines. */
export interface MessageParts {
  readonly before: string
  /** Laid out; undefined where there is none. */
  readonly json: string | undefined
}

/** Larger JSON is shown as it came: laid out it would be longer than anybody reads. */
const MAX_JSON = 200_000
/** Places at which a JSON object or list may begin that are tried. */
const MAX_TRIES = 4

/** A message that is JSON, or ends in it (`request failed {"status":502}`), laid out to be read. */
export function messageParts(message: string): MessageParts {
  const text = message.trimEnd()
  const last = text.at(-1)
  if ((last === '}' || last === ']') && text.length <= MAX_JSON) {
    let tries = 0
    for (const { index } of text.matchAll(/[{[]/g)) {
      if (++tries > MAX_TRIES) break
      const json = text.slice(index)
      if (isJson(json)) return { before: text.slice(0, index), json: laidOut(json) }
    }
  }
  return { before: message, json: undefined }
}

/** The whole message with the JSON in it laid out; undefined where there is none, or it came so. */
export function laidOutMessage(message: string): string | undefined {
  const { before, json } = messageParts(message)
  if (json === undefined) return undefined
  const text = before.trim() === '' ? json : `${before.trimEnd()}\n${json}`
  return text === message.trim() ? undefined : text
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return text.length > 2
  } catch {
    return false
  }
}
