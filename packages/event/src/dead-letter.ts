import { z } from 'zod'
import { RecordHeader } from './record.ts'
import { type Nanos, nanosFromIso } from './time.ts'

/**
 * The most bytes that a letter keeps of what was received. It is far above one record, and above the bodies that agents
 * send; a letter that stands for more cannot be replayed.
 */
export const MAX_ORIGINAL_BYTES = 4 * 1024 * 1024

/** The longest sample, in UTF-16 units. */
export const MAX_SAMPLE = 8 * 1024

/** What was received, as it can go into the queue once more. */
export const Original = z.object({
  /** Without `replay`: as if it had not been tried before. */
  header: RecordHeader,
  /** Base64. */
  body: z.string(),
  /** It comes from a record whose checksum was wrong: a bit of it can be. */
  salvaged: z.literal(true).optional(),
})
export type Original = z.infer<typeof Original>

/** Something that could not become an event, kept with its reason. */
export const DeadLetter = z.object({
  /** `eventId(batch_id, index)`, or `queue-${partition}-${position}` for a damaged queue record. */
  id: z.string(),
  /** When it was put aside, ISO 8601. */
  at: z.string(),
  received_at: z.string().optional(),
  door: z.string(),
  /** The stage that refused it: `queue`, `decode`, a pipeline step, `store`. */
  step: z.string(),
  reason: z.string(),
  /** The first 8 KiB of what was sent, as text. */
  sample: z.string(),
  /** How many records it stands for (a damaged queue record holds many). */
  records: z.number().int().positive(),
  /** The batch it came in, and the index of its first record there; not known of a damaged queue record. */
  batch_id: z.string().optional(),
  index: z.number().int().nonnegative().optional(),
  service: z.string().optional(),
  /** How often it was tried to make events of it. */
  attempts: z.number().int().positive().default(1),
  /** What to replay; without it, `not_replayable` says why there is nothing. */
  original: Original.optional(),
  not_replayable: z.string().optional(),
})
export type DeadLetter = z.infer<typeof DeadLetter>

/** Which letters; what is left out does not matter. */
export interface DeadLetterFilter {
  readonly id?: string | undefined
  readonly door?: string | undefined
  readonly step?: string | undefined
  /** A part of the reason, in any case. */
  readonly reason?: string | undefined
  readonly batchId?: string | undefined
  /** When it was put aside: from inclusive, to exclusive. */
  readonly from?: Nanos | undefined
  readonly to?: Nanos | undefined
}

export function matchesLetter(filter: DeadLetterFilter, letter: DeadLetter): boolean {
  const { id, door, step, reason, batchId, from, to } = filter
  if (id !== undefined && letter.id !== id) return false
  if (door !== undefined && letter.door !== door) return false
  if (step !== undefined && letter.step !== step) return false
  if (batchId !== undefined && letter.batch_id !== batchId) return false
  if (reason !== undefined && !letter.reason.toLowerCase().includes(reason.toLowerCase())) return false
  if (from === undefined && to === undefined) return true
  const at = nanosFromIso(letter.at)
  return at !== undefined && (from === undefined || at >= from) && (to === undefined || at < to)
}

/**
 * The reason without what differs from letter to letter (numbers, ids, quoted text), so that letters with the same cause
 * can be counted together. Of bounded length.
 */
export function reasonKind(reason: string): string {
  return reason
    .slice(0, 500)
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '…')
    .replaceAll(/\b(?=[\w-]*\d)[\w-]+/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 120)
}

/** The name of the batch under which a letter is replayed: the same for everyone who replays the same attempt. */
export function replayBatchId({ id, attempts }: Pick<DeadLetter, 'id' | 'attempts'>): string {
  // No client can name a batch like this: a slash is not allowed there.
  return `replay/${id}/${attempts}`
}

/** The header under which a letter goes into the queue again; its receipt time is that of the original. */
export function replayHeader(
  letter: Pick<DeadLetter, 'id' | 'attempts'>,
  { header, salvaged }: Original,
): RecordHeader {
  return {
    ...header,
    version: 2,
    batch_id: replayBatchId(letter),
    replay: {
      letter: letter.id,
      attempts: letter.attempts,
      batch_id: header.batch_id,
      ...(salvaged && { salvaged }),
    },
  }
}

/** The header as it was before it was replayed. */
export function originalHeader({ replay, ...header }: RecordHeader): RecordHeader {
  return replay === undefined ? header : { ...header, batch_id: replay.batch_id }
}
