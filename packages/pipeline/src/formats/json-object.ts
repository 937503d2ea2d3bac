import { type AttributeValue, exactIntegers, isScalar, isWithinDepth } from '@heartwood/event'
import { CLOSE_BRACE, isAsciiSpace, isBeyondAscii, OPEN_BRACE } from '../ascii-bytes.ts'
import type { Format, ParsedLine } from './format.ts'

/** A line that is one JSON object: application logs inside a container's or a shipper's envelope. */
export const jsonObject: Format = {
  name: 'json',
  mayBe(bytes, _words, start, end) {
    let first = start
    while (first < end && isAsciiSpace(bytes[first] ?? 0)) first++
    let last = end - 1
    while (last > first && isAsciiSpace(bytes[last] ?? 0)) last--
    return first < last && mayStand(bytes[first] ?? 0, OPEN_BRACE) && mayStand(bytes[last] ?? 0, CLOSE_BRACE)
  },
  parse(line) {
    const text = line.trim()
    if (!text.startsWith('{') || !text.endsWith('}')) return undefined
    const object = parseObject(text)
    return object === undefined ? undefined : flatten(object)
  },
}

/** What ASCII does not have may be white space, behind which the brace stands. */
function mayStand(byte: number, brace: number): boolean {
  return byte === brace || isBeyondAscii(byte)
}

/** Deeper nesting goes to `rest` as it is, like at the doors. */
const MAX_DEPTH = 32
/** More attributes than this make no columns but go to `rest`: keys may come from data. */
const MAX_ATTRIBUTES = 500

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text)
    return isObject(parsed) && isWithinDepth(parsed) ? parsed : undefined
  } catch {
    // Not JSON after all: the line stays text.
    return undefined
  }
}

function flatten(object: Record<string, unknown>): ParsedLine {
  const attributes: Record<string, AttributeValue> = Object.create(null)
  const rest: Record<string, unknown> = Object.create(null)
  let count = 0
  const put = (key: string, value: unknown): void => {
    const usable = attributeOf(value)
    if (usable === undefined || count >= MAX_ATTRIBUTES || key in attributes) rest[key] = value
    else {
      attributes[key] = usable
      count++
    }
  }
  const walk = (inner: Record<string, unknown>, path: string, depth: number): void => {
    for (const [key, value] of Object.entries(inner)) {
      if (value === null || value === undefined) continue
      if (isObject(value) && depth < MAX_DEPTH) walk(value, `${path}${key}.`, depth + 1)
      else put(path + key, value)
    }
  }
  walk(object, '', 1)
  return { attributes, ...(Object.keys(rest).length > 0 && { rest }), keepsLine: false }
}

function attributeOf(value: unknown): AttributeValue | undefined {
  if (isScalar(value)) return value
  if (!Array.isArray(value)) return undefined
  const scalars = value.filter((element) => element !== null)
  return scalars.every(isScalar) ? scalars : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
