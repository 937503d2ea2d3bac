import { parseArgs } from 'node:util'
import { z } from 'zod'
import { argumentsError, Day } from '../command/arguments-error.ts'

const Arguments = z
  .object({
    from: Day.optional(),
    to: Day.optional(),
    quick: z.boolean().default(false),
    json: z.boolean().default(false),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, '--to is before --from')

export type VerifyArguments = z.infer<typeof Arguments>

/** What `heartwood cold verify` was given; `--to` is the last of the days. Throws an Error with one sentence. */
export function verifyArguments(argv: readonly string[]): VerifyArguments {
  const [text, flag] = [{ type: 'string' } as const, { type: 'boolean' } as const]
  const { values } = parseArgs({
    args: [...argv],
    options: { from: text, to: text, quick: flag, json: flag },
  })
  const read = Arguments.safeParse(values)
  if (!read.success) throw argumentsError(read.error)
  return read.data
}
