import { z } from 'zod'
import { FieldEntry, Int64Text, printJson, SegmentInfo } from '../manifest/manifest-format.ts'

/** What the records of a live log say (see live-log.ts); framed as those of the manifest. */

/** The events of (from, to] of a partition; without a segment there are none. */
export const LiveShow = z.object({
  partition: z.number().int().nonnegative(),
  from: Int64Text.nullable(),
  to: Int64Text,
  segment: SegmentInfo.optional(),
})
export type LiveShow = z.infer<typeof LiveShow>

const LiveRecord = z.discriminatedUnion('kind', [
  /** The first record of a log: all that is shown so far, oldest first. */
  z.object({ kind: z.literal('start'), shows: z.array(LiveShow), fields: z.array(FieldEntry) }),
  /** One more show. `fields` are all reserved ones that are in no manifest yet, so those that it needs among them. */
  z.object({ kind: z.literal('show'), show: LiveShow, fields: z.array(FieldEntry) }),
])
export type LiveRecord = z.infer<typeof LiveRecord>

export function printLiveRecord(record: LiveRecord): string {
  return printJson(record)
}

/** Undefined for what this version does not know: it is not shown then, and comes with its commit. */
export function parseLiveRecord(payload: string): LiveRecord | undefined {
  try {
    return LiveRecord.safeParse(JSON.parse(payload)).data
  } catch {
    return undefined
  }
}
