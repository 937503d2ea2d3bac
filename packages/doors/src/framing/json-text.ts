import { isWithinDepth } from '@heartwood/event'

/** A value JSON text can have. Integers that a double cannot hold are bigint. */
export type JsonValue = string | number | bigint | boolean | null | JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

export interface ParsedJson {
  readonly value: JsonValue
  /** A lone surrogate in an escape was replaced by U+FFFD. */
  readonly repaired: boolean
}

/**
 * Parses JSON text, or gives undefined where it is none or nests deeper than MAX_JSON_DEPTH. Integers of any size stay
 * exact, and strings are well-formed Unicode, so that they survive being written as UTF-8.
 */
export function parseJson(text: string): ParsedJson | undefined {
  const surrogates = text.includes('\\u') && /\\u[dD][89a-fA-F]/.test(text)
  const sound = surrogates ? replaceLoneSurrogates(text) : text
  try {
    // A call of the reviver per value costs more than the parse itself: only where a number is long enough to need it.
    const value: unknown = /[-:,[\s]\d{16}/.test(sound) ? JSON.parse(sound, exactNumbers) : JSON.parse(sound)
    return isJsonValue(value) ? { value, repaired: sound !== text } : undefined
  } catch {
    return undefined
  }
}

/** Keeps every integer literal that a double would round as bigint, also past int64. */
function exactNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value
}

/**
 * JSON escapes are matched one by one, so that `\\ud800` (an escaped backslash and text) stays as it is. A pair stays,
 * a single surrogate becomes the replacement character.
 */
function replaceLoneSurrogates(text: string): string {
  return text.replace(
    /\\(?:(u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})|(u[dD][89a-fA-F][\da-fA-F]{2})|[\s\S])/g,
    (matched: string, _pair: string | undefined, lone: string | undefined) =>
      lone === undefined ? matched : '\\ufffd',
  )
}

function isJsonValue(value: unknown): value is JsonValue {
  return isWithinDepth(value)
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
