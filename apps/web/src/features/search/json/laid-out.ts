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
