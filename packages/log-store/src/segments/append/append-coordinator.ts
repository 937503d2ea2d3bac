import { DeadLetter } from '@heartwood/event'
import { z } from 'zod'
import { LiveShow } from '../live/live-record.ts'
import type { FieldCatalog } from '../manifest/field-catalog.ts'
import { Int64Text, type NewField, ReceiptEntry, SegmentInfo } from '../manifest/manifest-format.ts'
import type { HeldDeletes } from './deletes.ts'

/** A commit whose files are encoded and durable. */
export const SealedAppend = z.object({
  partition: z.number().int().nonnegative(),
  from: Int64Text.nullable(),
  to: Int64Text,
  segments: z.array(SegmentInfo),
  /** Names in the folder `segments` of all files that it brings. */
  created: z.array(z.string().regex(/^[\w.-]+$/)),
  dead_letters: z.array(DeadLetter),
  /** Ids of the letters that they take the place of. */
  replayed: z.array(z.string()),
  receipts: z.array(ReceiptEntry),
  /** The deletes that were respected: `HeldDeletes.commits`. */
  deletes: z.number().int().nonnegative(),
})
export type SealedAppend = z.infer<typeof SealedAppend>

/** A show whose file is written. */
export const EncodedShow = LiveShow.extend({
  /** Where an append of the partition that is under way will take it. */
  under_way: Int64Text.nullable(),
  /** The deletes that were respected: `HeldDeletes.begins`. */
  deletes: z.number().int().nonnegative(),
})
export type EncodedShow = z.infer<typeof EncodedShow>

/** What became of it. Files of what is not applied are gone. */
export const Outcome = z.enum([
  'applied',
  /** The partition is committed that far already. */
  'known',
  /** A delete came in between: respect it and encode again. */
  'outdated',
])
export type Outcome = z.infer<typeof Outcome>

/** What appenders share: the one that commits, in whatever thread it is. Every promise rejects with LogStoreError. */
export interface AppendCoordinator {
  readonly dir: string
  /** Every column that has an id. */
  readonly catalog: FieldCatalog
  readonly deletes: HeldDeletes
  /** A name that no other file of the store has. */
  nextName(): string
  position(partition: number): bigint | null
  /** Gives columns their ids, as many as there is room for; `catalog` has them when it resolves. */
  reserve(columns: readonly NewField[]): Promise<void>
  commit(append: SealedAppend): Promise<Outcome>
  show(show: EncodedShow): Promise<Outcome>
  seenBatches(partition: number, batchIds: readonly string[]): Promise<ReadonlySet<string>>
  onFlush(listener: (partition: number) => void): void
  /** Lets go of this appender; the store goes on. */
  leave(): Promise<void>
}
