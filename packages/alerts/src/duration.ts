import { NANOS_PER_MILLI } from '@heartwood/event'
import { parseDuration } from '@heartwood/query-lang'
import { z } from 'zod'

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

/** A length of time as people write it (`30s`, `5m`, `4h`, `1d`; `0s` for none), read as milliseconds. */
export const Duration = z
  .string({ error: 'must be a length of time such as 30s, 5m or 1h' })
  .transform((text, context) => {
    if (/^0[smhd]?$/.test(text.trim())) return 0
    const nanos = parseDuration(text)
    if (nanos !== undefined) return Number(nanos / NANOS_PER_MILLI)
    context.addIssue({ code: 'custom', message: 'must be a length of time such as 30s, 5m or 1h' })
    return z.NEVER
  })

/** `90s` for 90,000: the largest unit that gives a whole number. */
export function durationText(millis: number): string {
  for (const [unit, size] of UNITS)
    if (millis >= size && millis % size === 0) return `${millis / size}${unit}`
  return millis === 0 ? '0s' : `${millis}ms`
}
