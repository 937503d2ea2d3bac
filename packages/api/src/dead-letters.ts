import { DeadLetter } from '@heartwood/event'
import { z } from 'zod'
import { TimeInput } from './schemas.ts'

/** Which dead letters; what is left out does not matter. */
const Filter = z.object({
  door: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'the way they came in', examples: ['json'] }),
  step: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'the step that refused them', examples: ['decode'] }),
  reason: z.string().min(1).max(500).optional().meta({ description: 'a part of the reason, in any case' }),
  batch_id: z.string().min(1).max(320).optional().meta({ description: 'the batch they came in' }),
  from_time: TimeInput.optional(),
  to_time: TimeInput.optional(),
})

/** A letter as lists show it: without the bytes. */
export const DeadLetterJson = DeadLetter.omit({ original: true }).extend({
  replayable: z.boolean(),
  /** Its bytes come from a queue record whose checksum was wrong. */
  salvaged: z.boolean(),
})
export type DeadLetterJson = z.infer<typeof DeadLetterJson>

export const DeadLetterInput = z.object({ id: z.string().min(1).max(1000) })
/** A letter with what was received: base64, under the header it is replayed with. */
export const WholeDeadLetter = DeadLetterJson.extend({ original: DeadLetter.shape.original })
export type WholeDeadLetter = z.infer<typeof WholeDeadLetter>

export const DeadLettersInput = Filter.extend({
  limit: z.coerce.number<number | string>().int().min(1).max(1000).default(100),
  before: z.string().max(1000).optional().meta({ description: 'next_before of the page before' }),
})
export type DeadLettersInput = z.input<typeof DeadLettersInput>

/** Letters with the same cause: `reason` stands for all of theirs, without what differs. */
export const DeadLetterGroup = z.object({
  door: z.string(),
  step: z.string(),
  reason: z.string(),
  letters: z.number().int(),
  records: z.number().int(),
  newest: z.string(),
})
export type DeadLetterGroup = z.infer<typeof DeadLetterGroup>

export const DeadLettersOutput = z.object({
  /** All that are kept. */
  total: z.number().int(),
  /** Those that match, and of these those that can be replayed. */
  matching: z.number().int(),
  replayable: z.number().int(),
  /** Gone because there were too many or they were too old, since the store began. */
  dropped: z.number().int(),
  items: z.array(DeadLetterJson),
  /** Of those that match, most letters first; at most 50. */
  groups: z.array(DeadLetterGroup),
  next_before: z.string().nullable(),
})
export type DeadLettersOutput = z.infer<typeof DeadLettersOutput>

/** What is changed has no default: one letter, a filter, or `all`. */
const Chosen = Filter.extend({
  id: z.string().min(1).max(1000).optional().meta({ description: 'this letter alone' }),
  all: z.literal(true).optional().meta({ description: 'all that there are, where nothing else is said' }),
  dry_run: z.boolean().default(false).meta({ description: 'true only counts' }),
})

const SAYS_WHICH = {
  error: 'say which letters: an id, a filter, or all: true',
} as const

function saysWhich({ dry_run: _, ...which }: Record<string, unknown>): boolean {
  return Object.values(which).some((value) => value !== undefined)
}

export const ReplayInput = Chosen.strict().refine(saysWhich, SAYS_WHICH)
export type ReplayInput = z.input<typeof ReplayInput>

/** How far a replay has got. */
export const ReplayOutput = z.object({
  /** Asks for its progress later; null for a dry run. */
  replay_id: z.string().nullable(),
  state: z.enum(['counted', 'queueing', 'indexing', 'done', 'failed']),
  /** Letters that matched, and of these those that can be replayed. */
  matched: z.number().int(),
  replayable: z.number().int(),
  /** Durable in the queue. */
  queued: z.number().int(),
  /** No letters any more. */
  replayed: z.number().int(),
  /** Letters again, with one more attempt. */
  failed_again: z.number().int(),
  /** Why it stopped before all were in the queue: those that are not are letters as before. */
  error: z.string().nullable(),
})
export type ReplayOutput = z.infer<typeof ReplayOutput>
export const ReplayStateInput = z.object({ id: z.string().min(1).max(100) })

export const DismissInput = Chosen.strict().refine(saysWhich, SAYS_WHICH)
export type DismissInput = z.input<typeof DismissInput>
export const DismissOutput = z.object({
  matched: z.number().int(),
  dismissed: z.number().int(),
  dry_run: z.boolean(),
})
export type DismissOutput = z.infer<typeof DismissOutput>
