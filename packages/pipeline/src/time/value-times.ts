import type { AttributeValue } from '@heartwood/event'
import type { ReadTime } from './calendar.ts'
import { nanosFromEpoch } from './epoch.ts'
import { timeOfText } from './text-times.ts'

/** The time that the value of an attribute is, or undefined. */
export function timeOfValue(value: AttributeValue | undefined): ReadTime | undefined {
  switch (typeof value) {
    case 'string':
      return timeOfString(value)
    case 'number':
    case 'bigint':
      // The shortest text of a double is what the sender wrote, up to 17 digits.
      return timeOfNumber(String(value))
    default:
      return undefined
  }
}

function timeOfString(text: string): ReadTime | undefined {
  const trimmed = text.trim()
  return timeOfNumber(MICROSOFT.exec(trimmed)?.[1] ?? trimmed) ?? timeOfText(text)
}

/** How .NET's older JSON has times: /Date(1718446272123)/, milliseconds; an offset only says how to show it. */
const MICROSOFT = /^\/Date\((\d{12,13})(?:[+-]\d{4})?\)\/$/

function timeOfNumber(text: string): ReadTime | undefined {
  const nanos = nanosFromEpoch(text)
  return nanos === undefined ? undefined : { kind: 'exact', nanos, zone: 'named' }
}
