import type { QueueItem } from './port.ts'

/**
 * Consuming in a group: the partitions are divided among the members that are there, and the queue itself keeps how far
 * the group is. Records come at least once: what was handled and not committed comes again, to whoever has the partition
 * then. Positions are those of the publisher's answers.
 */
export interface GroupConsumer {
  /** How many partitions the queue has, whoever they belong to. */
  readonly partitions: number
  /**
   * Joins the group and delivers until `close`. Resolves once closed; rejects with QueueError `io` where waiting does not
   * help (access is denied, the queue does not exist). While the queue cannot be reached it waits and tries again;
   * `trouble` then says why. May be called once.
   */
  run(handler: GroupHandler): Promise<void>
  /**
   * The group never needs records of `partition` at or before `position` again: whoever has the partition next begins
   * behind it. Resolves to true once that is kept, also where as much was kept before. Resolves to false, with nothing
   * kept, where the partition is not this member's any more, and while the group is dividing the partitions anew after
   * `onRevoked` has returned. Throws RangeError for a position beyond what was delivered to `handle` (so the group never
   * goes on behind what nobody saw), QueueError `io` (not certain to be kept; may be tried again) and `closed`.
   */
  commit(partition: number, position: bigint): Promise<boolean>
  /** Delivers nothing of these partitions until `resume`; the member stays theirs. Ends with the assignment. */
  pause(partitions: readonly number[]): void
  resume(partitions: readonly number[]): void
  /** Of each partition that is this member's: how many records lie behind what the group has committed. */
  lag(): Promise<ReadonlyMap<number, bigint>>
  /** Why nothing can come at the moment, in one sentence for people; undefined while all is well. */
  trouble(): string | undefined
  /**
   * Leaves the group in order: aborts the signals of `handle`, waits for the calls under way, then calls `onRevoked` for
   * everything, in which commits still count. Delivers nothing afterwards. A second call waits for the first.
   */
  close(): Promise<void>
}

/** What a member does with what it gets. */
export interface GroupHandler {
  /** These partitions are this member's from now on, beside those it has; nothing of them comes before this resolves. */
  onAssigned(partitions: readonly number[]): Promise<void>
  /**
   * These partitions go to somebody else once this resolves. Their signals are aborted and no `handle` of them is under
   * way; commits still count, so finish what was begun and commit it, within the time the group gives (less than the
   * session, default 30 s). Where the member was too late and another already has them, commits resolve to false. Called
   * once for each assignment; an assignment of the same partition may follow at once.
   */
  onRevoked(partitions: readonly number[]): Promise<void>
  /**
   * Records of one partition in order, behind what the group has committed and behind what was delivered before: at least
   * one, and more only while their bodies are within `maxBytes`. Calls for one partition never overlap; those of
   * different partitions do. However long a call takes, the member stays in the group. `signal` aborts when the partition
   * is about to be taken away or the consumer closes: return soon then. Where it throws, the same items come again after
   * a pause (nothing is ever skipped), so throw only for what may be cured by trying again.
   * Items that are `damaged` or `lost` come in their place.
   */
  handle(partition: number, items: readonly QueueItem[], signal: AbortSignal): Promise<void>
}

export interface GroupOptions {
  /** Name of the group: its members share the partitions and the committed positions. */
  readonly group: string
  /** Bodies of the items of one `handle`, at most, unless one alone is larger; default 4 MiB. */
  readonly maxBytes?: number
  /** Milliseconds without a sign of life after which a member is taken to be dead; default 30,000. */
  readonly sessionMillis?: number
  /** Milliseconds until what `handle` threw at comes again; default 1,000. */
  readonly retryMillis?: number
}
