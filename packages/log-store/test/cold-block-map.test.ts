import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BLOCK_BYTES, BlockMap, type ByteRun } from '../src/cold/cache/block-map.ts'
import { joinedRuns } from '../src/cold/cache/joined-runs.ts'

const SIZE = 40 * BLOCK_BYTES + 123
const anyRun: fc.Arbitrary<ByteRun> = fc
  .tuple(fc.nat(SIZE - 1), fc.integer({ min: 1, max: 9 * BLOCK_BYTES }))
  .map(([offset, length]) => ({ offset, end: Math.min(offset + length, SIZE) }))
const anyRuns = fc.array(anyRun, { maxLength: 12 })

it('never takes bytes for here that were not brought, whatever is brought and asked for', () => {
  fc.assert(
    fc.property(anyRuns, anyRuns, fc.nat(3 * BLOCK_BYTES), (brought, wanted, gap) => {
      const map = new BlockMap(SIZE)
      const bytes = new Uint8Array(SIZE)
      const bring = (runs: readonly ByteRun[]) => {
        for (const run of joinedRuns(map.unmarkedIn(runs), gap)) {
          bytes.fill(1, run.offset, run.end)
          map.mark(run)
        }
      }
      const isHere = ({ offset, end }: ByteRun) => !bytes.subarray(offset, end).includes(0)
      bring(brought)
      for (const run of wanted) if (map.has(run)) expect(isHere(run)).toBe(true)
      for (const run of brought) expect(map.has(run)).toBe(true)
      bring(wanted)
      for (const run of wanted) expect(map.has(run) && isHere(run)).toBe(true)
      expect(map.unmarkedIn(wanted)).toEqual([])
      expect(map.has({ offset: SIZE - 1, end: SIZE + 1 })).toBe(false)
    }),
  )
})
