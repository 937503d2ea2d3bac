import type { EventDraft } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { draft } from '../src/contract/store-under-test.ts'
import { DAY, HOT_DAYS, TwoTiers, type Watch, watching } from './tiered/two-tiers.ts'

const MONDAY = 20_000n * DAY
const HOUR = DAY / 24n

/** Two days that are due, and three that are not. */
const NOW = MONDAY + BigInt(HOT_DAYS + 2) * DAY + HOUR
const UNTIL = NOW + 10n * DAY

/** Some events of each day, the first and the last moment of it among them. */
function events(days = HOT_DAYS + 3): EventDraft[] {
  return Array.from({ length: days }, (_, day) => MONDAY + BigInt(day) * DAY).flatMap((start) =>
    [0n, HOUR, DAY - 1n].map((offset) =>
      draft(`e-${(start + offset - MONDAY) / HOUR}-${offset}`, { timestamp: start + offset }),
    ),
  )
}

async function filled(): Promise<{ tiers: TwoTiers; ids: string[] }> {
  const tiers = new TwoTiers(NOW)
  await tiers.write(events())
  return { tiers, ids: await tiers.idsIn('cold') }
}

/**
 * Runs `task` again and again, each time killed one call later, before or after it, and lets `recover` bring it to its end.
 * At every call of both, and whatever coverage a reader knows, exactly the same events are found.
 */
async function killedEverywhere(
  prepare: () => Promise<{ tiers: TwoTiers; ids: string[] }>,
  task: (tiers: TwoTiers, watch: Watch) => Promise<unknown>,
  expectDone: (tiers: TwoTiers) => Promise<void>,
): Promise<number> {
  for (let last = 1; ; last++) {
    const { tiers, ids } = await prepare()
    const expectSame = async () => {
      for (const seen of await tiers.seen()) expect(seen).toEqual(ids)
    }
    let calls = 0
    const died = Promise.withResolvers<'died'>()
    const killed = watching(async () => {
      // What came before was looked at in the rounds before.
      if (++calls < last) return 'go on'
      await expectSame()
      died.resolve('died')
      return 'dead'
    })
    const end = await Promise.race([task(tiers, killed).then(() => 'done'), died.promise])
    const checked = watching(async () => {
      await expectSame()
      return 'go on'
    })
    await task(tiers, checked)
    await expectSame()
    await expectDone(tiers)
    if (end === 'done') return last
  }
}

test('a day is retired when hot and the archive agree on it, in order, and hot drops it when no reader can be reading it', async () => {
  const { tiers, ids } = await filled()
  const { ranges, dropped, obstacles } = await tiers.retire()
  expect(obstacles).toEqual([])
  expect(ranges.map(({ to }) => to)).toEqual([MONDAY + DAY, MONDAY + 2n * DAY])
  expect(dropped).toBe(6)
  expect(await tiers.keeper.read()).toMatchObject({ hot_from: MONDAY + 2n * DAY })
  expect(await tiers.seen()).toEqual([ids])
  expect(await tiers.idsIn('hot')).toEqual(ids.slice(0, 9))
  expect(await tiers.retire()).toEqual({ ranges: [], dropped: 0, obstacles: [] })
})

test('killed at any call, a retirement leaves no gap and no overlap, and the next round completes it', async () => {
  const calls = await killedEverywhere(
    filled,
    (tiers, watch) => tiers.retire(watch),
    async (tiers) => {
      expect(await tiers.keeper.read()).toMatchObject({ hot_from: MONDAY + 2n * DAY })
      expect(await tiers.idsIn('hot')).toHaveLength(9)
    },
  )
  expect(calls).toBeGreaterThan(20)
})

async function retired() {
  const { tiers, ids } = await filled()
  await tiers.retire()
  await tiers.seen()
  return { tiers, ids }
}

test('killed at any call, a restore leaves no gap and no overlap, and run again it completes', async () => {
  const calls = await killedEverywhere(
    retired,
    (tiers, watch) => tiers.restore(MONDAY, UNTIL, watch),
    async (tiers) => {
      const { restored, restoring } = await tiers.keeper.read()
      expect(restored).toEqual([{ from: MONDAY, to: MONDAY + DAY, until: UNTIL }])
      expect(restoring).toEqual([])
      expect(await tiers.idsIn('hot')).toHaveLength(12)
      expect(await tiers.retire()).toEqual({ ranges: [], dropped: 0, obstacles: [] })
    },
  )
  expect(calls).toBeGreaterThan(15)
})

test('killed at any call, the days of a restore that has run out go back to the archive', async () => {
  const calls = await killedEverywhere(
    async () => {
      const { tiers, ids } = await retired()
      await tiers.restore(MONDAY, NOW + HOUR)
      tiers.now += 2n * HOUR
      return { tiers, ids }
    },
    (tiers, watch) => tiers.retire(watch),
    async (tiers) => {
      expect((await tiers.keeper.read()).restored).toEqual([])
      expect(await tiers.idsIn('hot')).toHaveLength(9)
    },
  )
  expect(calls).toBeGreaterThan(15)
})

test('what a killed restore has copied stays until the restore would have ended, and goes then', async () => {
  const { tiers, ids } = await retired()
  const died = Promise.withResolvers<void>()
  const watch = watching(async () => {
    if ((await tiers.idsIn('hot')).length === 9) return 'go on'
    died.resolve()
    return 'dead'
  })
  void tiers.restore(MONDAY, UNTIL, watch)
  await died.promise
  expect(await tiers.retire()).toMatchObject({ dropped: 0 })
  const copied = (await tiers.idsIn('hot')).length - 9
  expect(copied).toBeGreaterThan(0)
  tiers.now = UNTIL
  expect((await tiers.retire()).ranges).not.toContainEqual({ from: MONDAY, to: MONDAY + DAY })
  expect((await tiers.keeper.read()).restoring).toEqual([])
  expect((await tiers.idsIn('hot')).filter((id) => ids.slice(9).includes(id))).toEqual([])
})

test('a day of which the archive lacks something stays hot, however long, and is named', async () => {
  const { tiers } = await filled()
  await tiers.write([draft('late', { timestamp: MONDAY + HOUR })], ['hot'])
  for (const now of [NOW, NOW + 100n * DAY]) {
    tiers.now = now
    const { ranges, obstacles } = await tiers.retire()
    expect(ranges).toEqual([])
    expect(obstacles).toEqual([
      'everything to 2024-10-04 stays hot: hot has 4 events of it, and the archive 3',
    ])
  }
  await tiers.write([draft('late', { timestamp: MONDAY + HOUR })], ['cold'])
  expect((await tiers.retire()).obstacles).toEqual([])
})

test('a day of which hot lacks something that the archive has is retired a day later', async () => {
  const { tiers } = await filled()
  await tiers.write([draft('refused', { timestamp: MONDAY + HOUR })], ['cold'])
  tiers.now = MONDAY + BigInt(HOT_DAYS + 1) * DAY + HOUR
  expect((await tiers.retire()).obstacles).toHaveLength(1)
  tiers.now += DAY
  const { ranges, obstacles } = await tiers.retire()
  expect(obstacles).toEqual([])
  expect(ranges[0]?.to).toBe(MONDAY + DAY)
})

test('equal numbers are not enough where the events are of different minutes, levels or services', async () => {
  const places = [{ timestamp: MONDAY + 2n * HOUR }, { severity_number: 17 }, { service: 'cart' }]
  for (const place of places) {
    const { tiers } = await filled()
    await tiers.write([draft('x', { timestamp: MONDAY + HOUR })], ['hot'])
    await tiers.write([draft('y', { timestamp: MONDAY + HOUR, ...place })], ['cold'])
    expect((await tiers.retire()).ranges).toEqual([])
  }
})

test('a restore waits for what hot has and the archive has not yet, and gives up in the end', async () => {
  const { tiers } = await retired()
  await tiers.write([draft('late', { timestamp: MONDAY + HOUR })], ['hot'])
  await expect(tiers.restore(MONDAY, UNTIL)).rejects.toMatchObject({ code: 'unavailable' })
  expect((await tiers.keeper.read()).restored).toEqual([])
  await tiers.write([draft('late', { timestamp: MONDAY + HOUR })], ['cold'])
  await tiers.restore(MONDAY, UNTIL)
  expect((await tiers.keeper.read()).restored).toHaveLength(1)
})

test('restored days that are restored again stay for as long as the later of both', async () => {
  const { tiers } = await retired()
  await tiers.restore(MONDAY, UNTIL)
  await tiers.restore(MONDAY, UNTIL - DAY)
  await tiers.restore(MONDAY, UNTIL + DAY)
  expect((await tiers.keeper.read()).restored.map(({ until }) => until)).toEqual([UNTIL + DAY])
})

test('a late event that the archive has not yet stays in hot, so that a restore does not miss it', async () => {
  const { tiers } = await retired()
  const late = draft('late', { timestamp: MONDAY + HOUR })
  await tiers.write([late], ['hot'])
  expect(await tiers.retire()).toMatchObject({ dropped: 0 })
  await expect(tiers.restore(MONDAY, UNTIL)).rejects.toMatchObject({ code: 'unavailable' })
  await tiers.write([late], ['cold'])
  await tiers.restore(MONDAY, UNTIL)
  expect((await tiers.seen()).at(-1)).toContain('late')
})

test('with late events at any moment, and kills, what was seen once stays and is there once', async () => {
  const anyStep = fc.record({
    task: fc.constantFrom('retire', 'restore'),
    /** Calls after which it is killed. */
    lives: fc.integer({ min: 1, max: 60 }),
    /** Before these calls an event of the first day comes in. */
    late: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 5 }), async (steps) => {
      const { tiers, ids } = await filled()
      const waiting: Promise<unknown>[] = []
      const arrived: string[] = []
      const expectWhole = async () => {
        const now = (await tiers.seen()).at(-1) ?? []
        expect(now.filter((id) => !id.startsWith('late-'))).toEqual(ids)
        expect(new Set(now).size).toBe(now.length)
      }
      for (const { task, lives, late } of steps) {
        let calls = 0
        const died = Promise.withResolvers<void>()
        const watch = watching(async () => {
          calls++
          if (late.includes(calls)) {
            const id = `late-${arrived.length}`
            arrived.push(id)
            const event = draft(id, { timestamp: MONDAY + HOUR })
            // Hot gets it when it may be written, the archive some time later.
            waiting.push(tiers.write([event], ['hot']))
            if (arrived.length > 1)
              await tiers.write([draft(`late-${arrived.length - 2}`, { timestamp: MONDAY + HOUR })], ['cold'])
          }
          await expectWhole()
          if (calls < lives) return 'go on'
          died.resolve()
          return 'dead'
        })
        const run = task === 'retire' ? tiers.retire(watch) : tiers.restore(MONDAY, UNTIL, watch)
        await Promise.race([run.catch(() => undefined), died.promise])
        await expectWhole()
      }
      await tiers.hot.openHotDays().recover()
      await Promise.all(waiting)
      await tiers.write(
        arrived.map((id) => draft(id, { timestamp: MONDAY + HOUR })),
        ['cold'],
      )
      await tiers.retire()
      expect((await tiers.seen()).at(-1)?.toSorted()).toEqual([...ids, ...arrived].sort())
      await tiers.restore(MONDAY, UNTIL)
      expect((await tiers.seen()).at(-1)?.toSorted()).toEqual([...ids, ...arrived].sort())
    }),
    { numRuns: 60 },
  )
})
