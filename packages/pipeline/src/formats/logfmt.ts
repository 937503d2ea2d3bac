import type { AttributeValue, Scalar } from '@heartwood/event'
import { EQUALS, hasEquals } from '../ascii-bytes.ts'
import { isMessageKey } from '../promote/aliases.ts'
import type { Format } from './format.ts'

/**
 * logfmt, the format of Heroku's router, logrus, go-kit and slog: `level=info msg="order paid" ms=12 cached`.
 * Sure of it when the line starts with a pair and has two, all words being pairs or flags, or has three pairs anywhere
 * (text with pairs behind it, as structlog and zerolog print). The line stays the message unless a pair is named so.
 */
export const logfmt: Format = {
  name: 'logfmt',
  mayBe(bytes, words, start, end) {
    let pairs = 0
    let at = start + 1
    for (; at + 4 <= end; at += 4) {
      if (!hasEquals(words.getInt32(at, true))) continue
      for (let i = at; i < at + 4; i++) if (bytes[i] === EQUALS) pairs++
      if (pairs >= 2) return true
    }
    for (; at < end; at++) if (bytes[at] === EQUALS) pairs++
    return pairs >= 2
  },
  parse(line) {
    if (line.length > MAX_LINE || line.indexOf('=') < 1) return undefined
    const { pairs, words, startsWithPair } = scan(line)
    const sure = pairs.size >= 3 || (pairs.size === 2 && startsWithPair && words === 0)
    if (!sure) return undefined
    const attributes: Record<string, AttributeValue> = Object.create(null)
    let keepsLine = true
    for (const [key, { text, quoted }] of pairs) {
      attributes[key] = quoted ? text : scalarOf(text)
      if (isMessageKey(key) && text !== '' && startsWithPair) keepsLine = false
    }
    return { attributes, keepsLine }
  },
}

const MAX_LINE = 64 * 1024
const MAX_PAIRS = 100

interface Pair {
  readonly text: string
  readonly quoted: boolean
}

/** A pair at this place: a name, `=`, and a quoted text with backslash escapes or a run without white space or quotes. */
const PAIR = /([A-Za-z_@][A-Za-z0-9_.@/-]{0,63})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?=[\s,]|$)/y
const WORD = /\S+/y
const SPACE = /[\s,]+/y

function scan(line: string): { pairs: Map<string, Pair>; words: number; startsWithPair: boolean } {
  const pairs = new Map<string, Pair>()
  let words = 0
  let startsWithPair = false
  let at = 0
  while (at < line.length && pairs.size < MAX_PAIRS) {
    const space = matchAt(SPACE, line, at)
    if (space !== null) at += space[0].length
    const pair = matchAt(PAIR, line, at)
    if (pair !== null) {
      const [whole, key = '', quoted, bare = ''] = pair
      if (pairs.size === 0 && words === 0) startsWithPair = true
      // The first of two pairs of one name counts; the line itself is kept.
      if (!pairs.has(key)) {
        pairs.set(key, {
          text: quoted === undefined ? trimComma(bare) : unescaped(quoted),
          quoted: quoted !== undefined,
        })
      }
      at += whole.length
      continue
    }
    const word = matchAt(WORD, line, at)
    if (word === null) break
    words++
    at += word[0].length
  }
  return { pairs, words, startsWithPair }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function trimComma(text: string): string {
  return text.endsWith(',') ? text.slice(0, -1) : text
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function unescaped(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(.)/gs, (_whole, escaped: string) => ESCAPES[escaped] ?? escaped)
    : text
}

/** Numbers and booleans as such where their text says exactly that: `007` and `1.10` stay text. */
function scalarOf(text: string): Scalar {
  if (text === 'true') return true
  if (text === 'false') return false
  if (/^-?(?:0|[1-9]\d{0,17})$/.test(text) && text !== '-0') {
    const number = Number(text)
    return Number.isSafeInteger(number) ? number : BigInt(text)
  }
  if (/^-?\d{1,15}\.\d{1,15}$/.test(text) && String(Number(text)) === text) return Number(text)
  return text
}
