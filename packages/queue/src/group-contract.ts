import { describe, expect, test } from 'vitest'
import { batchOf, recordHeader } from './contract.ts'
import type { GroupConsumer, GroupHandler, GroupOptions } from './group-port.ts'
import type { QueueItem, QueuePublisher } from './port.ts'

/** A queue that is consumed in groups, whose publishers and members come and go. */
export interface GroupPlace extends AsyncDisposable {
  publisher(): Promise<QueuePublisher>
  member(options?: Partial<GroupOptions>): Promise<GroupConsumer>
  /** Milliseconds without a sign of life after which a member is taken to be dead. */
  readonly sessionMillis: number
}

/** A member that runs, and all it has seen. */
export interface RunningMember {
  readonly consumer: GroupConsumer
  /** Each call of `handle`, in order. */
  readonly calls: { readonly partition: number; readonly items: readonly QueueItem[] }[]
  readonly assigned: Set<number>
  readonly running: Promise<void>
  /** Batch ids in the order they came, of one partition or all. */
  batches(partition?: number): string[]
}

/** Starts a member; what it gets it commits at once, unless `handler` says otherwise. */
export function startMember(
  consumer: GroupConsumer,
  handler: Partial<GroupHandler> = {},
  onEvent: (event: string) => void = () => {},
): RunningMember {
  const calls: { partition: number; items: readonly QueueItem[] }[] = []
  const assigned = new Set<number>()
  const commitAll: GroupHandler['handle'] = async (partition, items) => {
    const last = items.at(-1)
    if (last !== undefined) await consumer.commit(partition, last.position)
  }
  const running = consumer.run({
    async onAssigned(partitions) {
      onEvent(`assigned ${partitions}`)
      await handler.onAssigned?.(partitions)
      for (const partition of partitions) assigned.add(partition)
    },
    async onRevoked(partitions) {
      await handler.onRevoked?.(partitions)
      onEvent(`revoked ${partitions}`)
      for (const partition of partitions) assigned.delete(partition)
    },
    async handle(partition, items, signal) {
      calls.push({ partition, items })
      await (handler.handle ?? commitAll)(partition, items, signal)
    },
  })
  return {
    consumer,
    calls,
    assigned,
    running,
    batches: (only) =>
      calls.flatMap(({ partition, items }) =>
        only === undefined || partition === only ? items.map(batchOf) : [],
      ),
  }
}

const TIMEOUT = { timeout: 30_000, interval: 20 }
const body = (text: string): Uint8Array => new TextEncoder().encode(text)

async function publishAll(publisher: QueuePublisher, ids: readonly string[], key = 'sender') {
  const placed: { partition: number; position: bigint }[] = []
  for (const id of ids) placed.push(await publisher.publish(key, recordHeader(id), body(id)))
  return placed
}

/** What every adapter of the group port promises. `place` gives a new, empty queue each time. */
export function groupConsumerContract(
  name: string,
  place: (options: { readonly partitions: number }) => Promise<GroupPlace>,
): void {
  describe(`${name} keeps the contract of a group`, { timeout: 120_000 }, () => {
    test('a partition comes in order, each record once, header and body as they went in', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const ids = Array.from({ length: 200 }, (_, i) => `batch-${i}`)
      await publishAll(publisher, ids.slice(0, 120))
      const member = startMember(await queue.member())
      await expect.poll(() => member.batches().length, TIMEOUT).toBe(120)
      const placed = await publishAll(publisher, ids.slice(120))
      await expect.poll(() => member.batches().length, TIMEOUT).toBe(200)
      expect(member.batches()).toEqual(ids)
      const last = member.calls.at(-1)?.items.at(-1)
      expect(last).toMatchObject({
        kind: 'record',
        position: placed.at(-1)?.position,
        header: recordHeader('batch-199'),
      })
      if (last?.kind === 'record') expect(Buffer.from(last.body).toString()).toBe('batch-199')
      expect(member.consumer.partitions).toBe(1)
      expect(member.consumer.trouble()).toBeUndefined()
      await member.consumer.close()
    })

    test('records at hand come together within the bound, a larger one alone, an empty one too', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const sizes = [100, 100, 9_000, 30_000, 100, 4_000, 4_000, 4_000, 0]
      for (const [i, size] of sizes.entries())
        await publisher.publish('key', recordHeader(`b${i}`), new Uint8Array(size))
      const member = startMember(await queue.member({ maxBytes: 12_000 }))
      await expect.poll(() => member.batches().length, TIMEOUT).toBe(sizes.length)
      const together = member.calls.map(({ items }) =>
        items.map((item) => (item.kind === 'record' ? item.body.byteLength : -1)),
      )
      expect(together.flat()).toEqual(sizes)
      for (const bodies of together)
        expect(bodies.length === 1 || bodies.reduce((sum, bytes) => sum + bytes) <= 12_000).toBe(true)
      expect(together.length).toBeLessThan(sizes.length)
      await member.consumer.close()
    })

    test('who comes later goes on behind what was committed, and what was not comes again', async () => {
      await using queue = await place({ partitions: 1 })
      await publishAll(await queue.publisher(), ['a', 'b', 'c', 'd', 'e'])
      const consumer = await queue.member()
      const first = startMember(consumer, {
        handle: async (partition, items) => {
          for (const item of items)
            if (item.kind === 'record' && item.header.batch_id === 'c')
              await consumer.commit(partition, item.position)
        },
      })
      await expect.poll(() => first.batches().length, TIMEOUT).toBe(5)
      await consumer.close()
      await first.running
      const second = startMember(await queue.member())
      await expect.poll(() => second.batches(), TIMEOUT).toEqual(['d', 'e'])
      await second.consumer.close()
    })

    test('groups of different names know nothing of each other', async () => {
      await using queue = await place({ partitions: 1 })
      await publishAll(await queue.publisher(), ['a', 'b'])
      const hot = startMember(await queue.member({ group: 'hot' }))
      await expect.poll(() => hot.batches(), TIMEOUT).toEqual(['a', 'b'])
      const cold = startMember(await queue.member({ group: 'cold' }))
      await expect.poll(() => cold.batches(), TIMEOUT).toEqual(['a', 'b'])
      await Promise.all([hot.consumer.close(), cold.consumer.close()])
    })

    test('calls for one partition never overlap, and a slow one does not hold up the others', async () => {
      await using queue = await place({ partitions: 4 })
      const publisher = await queue.publisher()
      const slow = (await publishAll(publisher, ['slow'], 'k0'))[0]?.partition
      const gate = Promise.withResolvers<void>()
      const busy = new Map<number, number>()
      let overlapped = false
      const member = startMember(await queue.member(), {
        handle: async (partition) => {
          busy.set(partition, (busy.get(partition) ?? 0) + 1)
          overlapped ||= (busy.get(partition) ?? 0) > 1
          if (partition === slow) await gate.promise
          busy.set(partition, (busy.get(partition) ?? 0) - 1)
        },
      })
      await expect.poll(() => member.batches(), TIMEOUT).toEqual(['slow'])
      const ids = Array.from({ length: 40 }, (_, i) => `batch-${i}`)
      const others: string[] = []
      for (const id of ids)
        if ((await publishAll(publisher, [id], id))[0]?.partition !== slow) others.push(id)
      await expect
        .poll(() => member.batches().filter((id) => id !== 'slow').length, TIMEOUT)
        .toBe(others.length)
      gate.resolve()
      await expect.poll(() => member.batches().length, TIMEOUT).toBe(41)
      expect(overlapped).toBe(false)
      await member.consumer.close()
    })

    test('what handle throws at comes again, and nothing overtakes it', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      await publishAll(publisher, ['a', 'b'])
      let failures = 0
      const handled: string[] = []
      const member = startMember(await queue.member({ retryMillis: 20 }), {
        handle: async (_partition, items) => {
          if (failures++ < 3) throw new Error('try again')
          handled.push(...items.map(batchOf))
        },
      })
      await expect.poll(() => member.calls.length, TIMEOUT).toBeGreaterThan(1)
      await publishAll(publisher, ['c'])
      await expect.poll(() => handled, TIMEOUT).toEqual(['a', 'b', 'c'])
      expect(member.calls[1]).toEqual(member.calls[0])
      await member.consumer.close()
    })

    test('a group never goes on behind what was not delivered, nor back behind what it has', async () => {
      await using queue = await place({ partitions: 2 })
      const publisher = await queue.publisher()
      const placed = await publishAll(publisher, ['a', 'b', 'c'])
      const partition = placed[0]?.partition ?? 0
      const positions = placed.map(({ position }) => position)
      const member = startMember(await queue.member(), { handle: async () => {} })
      await expect.poll(() => member.batches().length, TIMEOUT).toBe(3)
      const { consumer } = member
      await expect(consumer.commit(partition, (positions[2] ?? 0n) + 1n)).rejects.toThrow(RangeError)
      await expect(consumer.commit(1 - partition, positions[0] ?? 0n)).rejects.toThrow(RangeError)
      expect(await consumer.commit(partition, positions[1] ?? 0n)).toBe(true)
      expect(await consumer.commit(partition, positions[0] ?? 0n)).toBe(true)
      await consumer.close()
      const next = startMember(await queue.member())
      await expect.poll(() => next.batches(), TIMEOUT).toEqual(['c'])
      await next.consumer.close()
    })

    test('a paused partition waits, the others go on, and resume misses nothing', async () => {
      await using queue = await place({ partitions: 2 })
      const publisher = await queue.publisher()
      const keyOf = async (wanted: number): Promise<string> => {
        for (let i = 0; ; i++)
          if ((await publishAll(publisher, [`probe-${i}`], `k${i}`))[0]?.partition === wanted) return `k${i}`
      }
      const [zero, one] = [await keyOf(0), await keyOf(1)]
      const member = startMember(await queue.member())
      await expect.poll(() => [...member.assigned].sort(), TIMEOUT).toEqual([0, 1])
      await expect.poll(async () => [...(await member.consumer.lag()).values()], TIMEOUT).toEqual([0n, 0n])
      member.consumer.pause([0])
      const already = member.batches(0).length
      await publishAll(publisher, ['z1', 'z2'], zero)
      await publishAll(publisher, ['o1', 'o2'], one)
      await expect.poll(() => member.batches(1).slice(-2), TIMEOUT).toEqual(['o1', 'o2'])
      expect(member.batches(0).length).toBe(already)
      member.consumer.resume([0])
      await expect.poll(() => member.batches(0).slice(already), TIMEOUT).toEqual(['z1', 'z2'])
      await member.consumer.close()
    })

    test('lag is what was published and not committed', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const placed = await publishAll(publisher, ['a', 'b', 'c'])
      const member = startMember(await queue.member(), { handle: async () => {} })
      await expect.poll(() => member.batches().length, TIMEOUT).toBe(3)
      expect(await member.consumer.lag()).toEqual(new Map([[0, 3n]]))
      await member.consumer.commit(0, placed[1]?.position ?? 0n)
      expect(await member.consumer.lag()).toEqual(new Map([[0, 1n]]))
      await member.consumer.close()
    })

    test('members divide the partitions, and who leaves has handled and committed before others begin', async () => {
      await using queue = await place({ partitions: 4 })
      const publisher = await queue.publisher()
      const events: string[] = []
      const first = startMember(await queue.member(), {}, (event) => events.push(`first ${event}`))
      await expect.poll(() => first.assigned.size, TIMEOUT).toBe(4)
      const second = startMember(await queue.member(), {}, (event) => events.push(`second ${event}`))
      await expect.poll(() => [first.assigned.size, second.assigned.size], TIMEOUT).toEqual([2, 2])
      expect([...first.assigned, ...second.assigned].sort()).toEqual([0, 1, 2, 3])
      expect(events.findIndex((event) => event.startsWith('first revoked'))).toBeLessThan(
        events.findIndex((event) => event.startsWith('second assigned')),
      )
      const ids = Array.from({ length: 60 }, (_, i) => `batch-${i}`)
      for (const id of ids.slice(0, 30)) await publishAll(publisher, [id], id)
      await expect.poll(() => first.batches().length + second.batches().length, TIMEOUT).toBe(30)
      await second.consumer.close()
      await second.running
      await expect.poll(() => first.assigned.size, TIMEOUT).toBe(4)
      for (const id of ids.slice(30)) await publishAll(publisher, [id], id)
      await expect.poll(() => first.batches().length + second.batches().length, TIMEOUT).toBe(60)
      expect([...first.batches(), ...second.batches()].sort()).toEqual(ids.toSorted())
      await first.consumer.close()
    })

    test('what is committed while giving a partition back counts, and afterwards nothing does', async () => {
      await using queue = await place({ partitions: 1 })
      await publishAll(await queue.publisher(), ['a', 'b', 'c'])
      const consumer = await queue.member()
      let seen: bigint | undefined
      const first = startMember(consumer, {
        handle: async (_partition, items) => {
          seen = items.at(-1)?.position
        },
        onRevoked: async () => {
          expect(await consumer.commit(0, seen ?? 0n)).toBe(true)
        },
      })
      await expect.poll(() => first.batches().length, TIMEOUT).toBe(3)
      const second = startMember(await queue.member())
      // One partition: whoever has it after the second came, it begins behind what the first committed.
      await expect.poll(() => first.assigned.size + second.assigned.size, TIMEOUT).toBe(1)
      await consumer.close()
      await first.running
      await expect.poll(() => second.assigned.size, TIMEOUT).toBe(1)
      expect(second.batches()).toEqual([])
      await expect(consumer.commit(0, seen ?? 0n)).rejects.toMatchObject({ code: 'closed' })
      await second.consumer.close()
    })

    test('a call that takes longer than the session costs the member nothing', async () => {
      await using queue = await place({ partitions: 1 })
      await publishAll(await queue.publisher(), ['a'])
      const events: string[] = []
      const consumer = await queue.member()
      let committed: boolean | undefined
      const member = startMember(
        consumer,
        {
          handle: async (partition, items) => {
            await new Promise((resolve) => setTimeout(resolve, 3 * queue.sessionMillis))
            committed = await consumer.commit(partition, items.at(-1)?.position ?? 0n)
          },
        },
        (event) => events.push(event),
      )
      await expect.poll(() => committed, TIMEOUT).toBe(true)
      expect(events).toEqual(['assigned 0'])
      expect(member.batches()).toEqual(['a'])
      await consumer.close()
    })

    test('closing aborts the signal, waits for the call, and delivers nothing more', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      await publishAll(publisher, ['a'])
      const order: string[] = []
      const consumer = await queue.member()
      const member = startMember(consumer, {
        handle: async (_partition, _items, signal) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          order.push('handled')
        },
        onRevoked: async () => {
          order.push('revoked')
        },
      })
      await expect.poll(() => member.batches(), TIMEOUT).toEqual(['a'])
      await Promise.all([consumer.close(), consumer.close()])
      await member.running
      expect(order).toEqual(['handled', 'revoked'])
      await publishAll(publisher, ['b'])
      expect(member.batches()).toEqual(['a'])
      await expect(consumer.run({ onAssigned, onRevoked, handle: async () => {} })).rejects.toMatchObject({
        code: 'closed',
      })
    })

    test('with members that come and go nothing is lost and no partition goes back behind its commits', async () => {
      await using queue = await place({ partitions: 3 })
      const publisher = await queue.publisher()
      const handled = new Map<number, bigint[]>()
      const ids = new Set<string>()
      const join = async () => {
        const consumer = await queue.member()
        return startMember(consumer, {
          handle: async (partition, items) => {
            for (const item of items) ids.add(batchOf(item))
            const positions = handled.get(partition) ?? []
            positions.push(...items.map(({ position }) => position))
            handled.set(partition, positions)
            await consumer.commit(partition, items.at(-1)?.position ?? 0n)
          },
        })
      }
      const published: string[] = []
      const publishing = (async () => {
        for (let i = 0; i < 300; i++) {
          published.push(`batch-${i}`)
          await publishAll(publisher, [`batch-${i}`], `k${i % 17}`)
        }
      })()
      const members = [await join()]
      for (let round = 0; round < 3; round++) {
        const next = await join()
        members.push(next)
        await expect.poll(() => next.assigned.size, TIMEOUT).toBeGreaterThan(0)
        await members.shift()?.consumer.close()
      }
      await publishing
      await expect.poll(() => ids.size, TIMEOUT).toBe(published.length)
      // All gave back in order, so everything was handled once, in order.
      for (const positions of handled.values())
        expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
      expect([...handled.values()].flat().length).toBe(published.length)
      await Promise.all(members.map(({ consumer }) => consumer.close()))
    })
  })
}

const onAssigned = async (): Promise<void> => {}
const onRevoked = async (): Promise<void> => {}
