import { expect, test } from 'vitest'
import { fuzzDoor } from './fuzz/fuzz-door.ts'
import { FUZZED_DOORS } from './fuzz/mutated-body.ts'
import { seededRandom } from './fuzz/seeded-random.ts'

test.each(FUZZED_DOORS)(
  'whatever becomes of a body of %s, it is refused as a whole or each record counted is one event, soon',
  async (door) => {
    const { refused, events } = await fuzzDoor(door, 600, seededRandom(Date.now()))
    expect(events).toBeGreaterThan(600)
    expect(refused).toBeLessThan(300)
  },
)
