import { z } from 'zod'

const Nanoseconds = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .transform((text) => BigInt(text))

/** What the query app asks of those who delete: times in epoch nanoseconds as text. */
export const InternalDelete = z.object({
  query: z.string().min(1).max(20_000),
  from: Nanoseconds,
  to: Nanoseconds,
  /** Also what was accepted before, and is not stored yet, goes; without it: now. */
  accepted_before: Nanoseconds.optional(),
})
