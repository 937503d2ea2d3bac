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

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return text.length > 2
  } catch {
    return false
  }
}

/**
 * JSON with line breaks and two spaces a level. It works on the text: numbers keep all their digits, strings their
 * escapes, keys their order, also where they occur twice. The text must be JSON.
 */
export function laidOut(json: string): string {
  let depth = 0
  const line = () => `\n${'  '.repeat(depth)}`
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? []
  return tokens
    .map((token, i) => {
      switch (token) {
        case '{':
        case '[':
          if (isClose(tokens[i + 1])) return token
          depth += 1
          return token + line()
        case '}':
        case ']':
          if (isOpen(tokens[i - 1])) return token
          depth -= 1
          return line() + token
        case ',':
          return token + line()
        case ':':
          return ': '
        default:
          return token
      }
    })
    .join('')
}

function isOpen(token: string | undefined): boolean {
  return token === '{' || token === '['
}

function isClose(token: string | undefined): boolean {
  return token === '}' || token === ']'
}
