import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HostShipment } from '../src/agents/agents.ts'
import { timetable } from '../src/incidents/timetable.ts'
import { shop } from '../src/shop/shop.ts'
import { openingAt, PAST_MILLIS, resumeAt, slotAt, slotBefore } from '../src/writing/slots.ts'
import { writeSlots } from '../src/writing/write-slots.ts'

const OPENED = openingAt(Date.parse('2026-03-01T12:00:00Z'))

test('slots follow each other without gap or overlap, and every start finds the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: -PAST_MILLIS, max: 5 * PAST_MILLIS }), (offset) => {
      const now = OPENED + offset
      const begin = resumeAt(OPENED, OPENED - PAST_MILLIS, now)
      let slot = slotAt(OPENED, OPENED - PAST_MILLIS)
      while (slot.from < begin) slot = slotAt(OPENED, slot.to)
      expect(slot.from).toBe(begin)
      expect(slotBefore(OPENED, slot.to)).toEqual(slot)
    }),
    { numRuns: 50 },
  )
})

test('after a pause it goes on where it ended, and after a long one an hour before', () => {
  const written = OPENED + 600_000
  expect(resumeAt(OPENED, written, written + 60_000)).toBe(written)
  const late = resumeAt(OPENED, written, written + 10 * PAST_MILLIS)
  expect(late).toBeGreaterThanOrEqual(written + 9 * PAST_MILLIS - 3_000)
  expect(late).toBeLessThanOrEqual(written + 9 * PAST_MILLIS)
})

test('a machine that slept for long goes on an hour before it woke, not where it fell asleep', async () => {
  const ending = new AbortController()
  const written: number[] = []
  const asleep = OPENED + 6_000
  let now = asleep
  const parts = {
    shop: shop(7, timetable(OPENED)),
    seed: 7,
    opened: OPENED,
    now: () => now,
    signal: ending.signal,
    send: async () => {},
    async onWritten(to: number) {
      written.push(to)
      if (now > asleep) ending.abort()
      now = OPENED + 10 * PAST_MILLIS
    },
  }
  await writeSlots(parts, OPENED)
  expect(written).toEqual([asleep, OPENED + 9 * PAST_MILLIS + 9_000])
})

const BEGIN = OPENED - 30_000
const END = OPENED + 15_000

/** Writes from `from` until `END`, or until so many requests were answered; what was sent goes to `door`. */
async function write(door: Map<string, string>, from: number, requests: number): Promise<number> {
  const ending = new AbortController()
  let written = from
  let sent = 0
  const writing = writeSlots(
    {
      shop: shop(7, timetable(OPENED)),
      seed: 7,
      opened: OPENED,
      now: () => END,
      signal: ending.signal,
      async send(shipment: HostShipment, key) {
        if (sent++ >= requests) throw new Error('killed')
        const known = door.get(key)
        if (known !== undefined) expect(shipment.body).toBe(known)
        door.set(key, shipment.body)
      },
      async onWritten(to) {
        written = to
        if (to >= END) ending.abort()
      },
    },
    from,
  )
  await writing.catch((error: Error) => expect(error.message).toBe('killed'))
  return written
}

test('killed at any request and started again, it sends every slot, and under one key only one content', async () => {
  const whole = new Map<string, string>()
  expect(await write(whole, BEGIN, Number.POSITIVE_INFINITY)).toBe(END)
  expect([...whole.values()].join('\n').split('\n').length).toBeGreaterThan(1_000)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 }), async (kills) => {
      const door = new Map<string, string>()
      let written = BEGIN
      for (const kill of [...kills, Number.POSITIVE_INFINITY]) {
        if (written < END) written = await write(door, written, kill)
      }
      expect(door).toEqual(whole)
    }),
    { numRuns: 12 },
  )
})
