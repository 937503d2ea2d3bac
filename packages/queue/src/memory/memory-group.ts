import { setTimeout as pause } from 'node:timers/promises'
import type { GroupConsumer, GroupHandler, GroupOptions } from '../group-port.ts'
import { type QueueConsumer, QueueError, type QueueItem } from '../port.ts'

/** One partition in the hands of one member. */
interface Assignment {
  readonly partition: number
  /** Aborts when it is about to be taken away. */
  readonly revoking: AbortController
  /** The last position that `handle` saw, or null. */
  delivered: bigint | null
  paused: PromiseWithResolvers<void> | undefined
  loop: Promise<void>
}

interface Member {
  readonly handler: GroupHandler
  readonly options: GroupOptions
  readonly assignments: Map<number, Assignment>
  readonly ended: PromiseWithResolvers<void>
}

/**
 * A group within one process over a memory queue: the oracle for the other adapters. Whenever a member comes or goes,
 * all give back what they have and the partitions are dealt anew.
 */
export class MemoryGroup {
  readonly #queue: QueueConsumer
  readonly #members = new Set<Member>()
  readonly #committed = new Map<number, bigint>()
  /** One division follows the other. */
  #dividing: Promise<void> = Promise.resolve()

  constructor(queue: QueueConsumer) {
    this.#queue = queue
  }

  member(options: GroupOptions): GroupConsumer {
    let member: Member | undefined
    let closing: Promise<void> | undefined
    const owned = (partition: number): Assignment | undefined => {
      if (closing !== undefined && !member?.assignments.has(partition))
        throw new QueueError('closed', 'the group member is closed')
      return member?.assignments.get(partition)
    }
    return {
      partitions: this.#queue.partitions,
      run: async (handler) => {
        if (closing !== undefined) throw new QueueError('closed', 'the group member is closed')
        if (member !== undefined) throw new Error('a group member runs once')
        member = { handler, options, assignments: new Map(), ended: Promise.withResolvers() }
        this.#members.add(member)
        await Promise.race([this.#divide(), member.ended.promise])
        return member.ended.promise
      },
      commit: async (partition, position) => {
        const assignment = owned(partition)
        if (assignment === undefined) return false
        if (position <= (this.#committed.get(partition) ?? -1n)) return true
        if (assignment.delivered === null || position > assignment.delivered)
          throw new RangeError(`position ${position} of partition ${partition} was not delivered`)
        this.#committed.set(partition, position)
        return true
      },
      pause: (partitions) => {
        for (const partition of partitions) {
          const assignment = member?.assignments.get(partition)
          if (assignment !== undefined) assignment.paused ??= Promise.withResolvers()
        }
      },
      resume: (partitions) => {
        for (const partition of partitions) resume(member?.assignments.get(partition))
      },
      lag: async () => {
        const lags = new Map<number, bigint>()
        // Positions of a memory queue are numbers without gaps, from 1.
        for (const partition of member?.assignments.keys() ?? [])
          lags.set(
            partition,
            ((await this.#queue.end(partition)) ?? 0n) - (this.#committed.get(partition) ?? 0n),
          )
        return lags
      },
      trouble: () => undefined,
      close: () => {
        closing ??= this.#leave(member)
        return closing
      },
    }
  }

  async #leave(member: Member | undefined): Promise<void> {
    if (member === undefined) return
    this.#members.delete(member)
    await this.#divide(member)
    member.ended.resolve()
  }

  /** Takes everything back, from `leaving` too, and deals it anew. */
  #divide(leaving?: Member): Promise<void> {
    this.#dividing = this.#dividing.then(async () => {
      const before = leaving === undefined ? [...this.#members] : [...this.#members, leaving]
      await Promise.all(before.map((member) => this.#guard(member, () => revoke(member))))
      const members = [...this.#members]
      await Promise.all(
        members.map((member, index) =>
          this.#guard(member, () =>
            this.#assign(
              member,
              Array.from({ length: this.#queue.partitions }, (_, partition) => partition).filter(
                (partition) => partition % members.length === index,
              ),
            ),
          ),
        ),
      )
    })
    return this.#dividing
  }

  /** A member whose handler fails to take or give back partitions is out. */
  async #guard(member: Member, step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      member.ended.reject(error)
      member.assignments.clear()
      if (this.#members.delete(member)) void this.#divide()
    }
  }

  async #assign(member: Member, partitions: readonly number[]): Promise<void> {
    if (partitions.length === 0) return
    await member.handler.onAssigned(partitions)
    for (const partition of partitions) {
      const assignment: Assignment = {
        partition,
        revoking: new AbortController(),
        delivered: null,
        paused: undefined,
        loop: Promise.resolve(),
      }
      member.assignments.set(partition, assignment)
      assignment.loop = this.#deliver(member, assignment)
    }
  }

  async #deliver(member: Member, assignment: Assignment): Promise<void> {
    const { partition, revoking } = assignment
    const { signal } = revoking
    const after = this.#committed.get(partition) ?? null
    for await (const items of this.#queue.consume(partition, after, signal, member.options.maxBytes)) {
      await assignment.paused?.promise
      if (signal.aborted) return
      assignment.delivered = items.at(-1)?.position ?? assignment.delivered
      await handleUntilDone(member, partition, items, signal)
      if (signal.aborted) return
    }
  }
}

async function handleUntilDone(
  { handler, options }: Member,
  partition: number,
  items: readonly QueueItem[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await handler.handle(partition, items, signal)
    } catch {
      await pause(options.retryMillis ?? 1_000, undefined, { signal }).catch(() => undefined)
    }
  }
}

async function revoke(member: Member): Promise<void> {
  if (member.assignments.size === 0) return
  for (const assignment of member.assignments.values()) {
    assignment.revoking.abort()
    resume(assignment)
  }
  await Promise.all([...member.assignments.values()].map(({ loop }) => loop))
  await member.handler.onRevoked([...member.assignments.keys()])
  member.assignments.clear()
}

function resume(assignment: Assignment | undefined): void {
  assignment?.paused?.resolve()
  if (assignment !== undefined) assignment.paused = undefined
}
