import { parseArgs } from 'node:util'
import { NANOS_PER_DAY, NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import { z } from 'zod'
import { argumentsError, Day } from '../command/arguments-error.ts'

/** A year of days, and a little. */
const MOST_DAYS = 400

const Arguments = z
  .object({
    from: Day,
    to: Day,
    days: z
      .stringFormat('number of days', isNumberOfDays, `takes a whole number from 1 to ${MOST_DAYS}`)
      .default('7')
      .transform(Number),
    'dry-run': z.boolean().default(false),
  })
  .refine(({ from, to }) => from <= to, '--to is before --from')
  .refine(
    ({ from, to }) => Date.parse(to) - Date.parse(from) < MOST_DAYS * 86_400_000,
    `at most ${MOST_DAYS} days at once`,
  )

export interface RestoreArguments {
  readonly range: { readonly from: Nanos; readonly to: Nanos }
  /** Days for which they stay. */
  readonly days: number
  readonly dryRun: boolean
}

/** What `heartwood restore` was given; `--to` is the last of the days. Throws an Error with one sentence. */
export function restoreArguments(argv: readonly string[]): RestoreArguments {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...argv],
    options: { from: text, to: text, days: text, 'dry-run': { type: 'boolean' } },
  })
  const read = Arguments.safeParse({ ...values, to: values.to ?? values.from })
  if (!read.success) throw argumentsError(read.error)
  const { from, to, days } = read.data
  return {
    range: { from: startOf(from), to: startOf(to) + NANOS_PER_DAY },
    days,
    dryRun: read.data['dry-run'],
  }
}

function startOf(day: string): Nanos {
  return BigInt(Date.parse(day)) * NANOS_PER_MILLI
}

function isNumberOfDays(text: string): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_DAYS
}
