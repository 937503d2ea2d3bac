import { z } from 'zod'
import { LogStoreError, type LogStoreErrorCode } from '../../port.ts'
import { FieldEntry, Int64Text, NewField, printJson } from '../manifest/manifest-format.ts'
import { EncodedShow, Outcome, SealedAppend } from './append-coordinator.ts'
import { HeldDeletes } from './deletes.ts'

/**
 * What an appender's thread and the writer's say to each other, as JSON text over a MessagePort. Messages keep their
 * order: whoever gets a reply has been told before of all that it follows from.
 */

const Partition = z.number().int().nonnegative()
const Position = z.tuple([Partition, Int64Text])

/** A question of an appender; `id` comes back with the reply. */
export const AppenderAsk = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('reserve'), id: z.number().int(), columns: z.array(NewField) }),
  z.object({ ask: z.literal('commit'), id: z.number().int(), append: SealedAppend }),
  z.object({ ask: z.literal('show'), id: z.number().int(), show: EncodedShow }),
  z.object({
    ask: z.literal('seenBatches'),
    id: z.number().int(),
    partition: Partition,
    batch_ids: z.array(z.string()),
  }),
  z.object({ ask: z.literal('leave'), id: z.number().int() }),
])
export type AppenderAsk = z.infer<typeof AppenderAsk>

/** The number of a question that is none of these, for the reply; undefined where it has none. */
export function askIdOf(text: string): number | undefined {
  try {
    return z.object({ id: z.number().int() }).safeParse(JSON.parse(text)).data?.id
  } catch {
    return undefined
  }
}

const ERROR_CODES = [
  'position_gap',
  'disk_full',
  'superseded',
  'corrupt',
  'newer_format',
  'unsupported',
  'timeout',
  'aborted',
  'busy',
  'unavailable',
  'closed',
] as const satisfies readonly LogStoreErrorCode[]

const Failure = z.object({
  message: z.string(),
  /** Of a LogStoreError. */
  code: z.enum(ERROR_CODES).optional(),
  /** Of an error of the operating system. */
  system: z.string().optional(),
})
type Failure = z.infer<typeof Failure>

/** What the writer's thread says. */
export const WriterMessage = z.discriminatedUnion('kind', [
  /** The first one. */
  z.object({
    kind: z.literal('welcome'),
    dir: z.string(),
    /** What the names of this appender's files begin with. */
    name: z.string(),
    fields: z.array(FieldEntry),
    positions: z.array(Position),
    deletes: HeldDeletes,
  }),
  z.object({ kind: z.literal('fields'), added: z.array(FieldEntry) }),
  z.object({ kind: z.literal('position'), position: Position }),
  z.object({ kind: z.literal('deletes'), held: HeldDeletes }),
  z.object({ kind: z.literal('flush'), partition: Partition }),
  z.object({ kind: z.literal('closed') }),
  z.object({
    kind: z.literal('reply'),
    id: z.number().int(),
    outcome: Outcome.optional(),
    seen: z.array(z.string()).optional(),
    failure: Failure.optional(),
  }),
])
export type WriterMessage = z.infer<typeof WriterMessage>
export type Reply = Extract<WriterMessage, { kind: 'reply' }>

/** JSON with int64 as decimal text, as the schemas above read it. */
export function printMessage(message: AppenderAsk | WriterMessage): string {
  return printJson(message)
}

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof LogStoreError) return { message, code: error.code }
  const system = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return { message, ...(system !== undefined && { system }) }
}

/** The error as it was thrown in the other thread. */
export function errorOf({ message, code, system }: Failure): Error {
  if (code !== undefined) return new LogStoreError(code, message)
  const error = new Error(message)
  return system === undefined ? error : Object.assign(error, { code: system })
}
