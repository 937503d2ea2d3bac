import { expect, it } from 'vitest'
import { joinedSummary } from '../src/segments/append/segment-summary.ts'
import type { SegmentInfo } from '../src/segments/manifest/manifest-format.ts'
import { ManifestState } from '../src/segments/manifest/manifest-state.ts'
import { BackgroundMerges } from '../src/segments/merge/background-merges.ts'
import { MERGE_LIMITS } from '../src/segments/merge/merge-plan.ts'
import { MIDNIGHT } from './segments/store-content.ts'

const HOUR = 3_600_000_000_000n

/** Merges over a manifest in memory: what a merge brings is described as the real ones describe it. */
function merging(eagerSegments: number) {
  const state = ManifestState.empty()
  let names = 0
  const add = (minute: number) => {
    const time = MIDNIGHT + BigInt(minute) * 60_000_000_000n
    const segment: SegmentInfo = {
      ...{ file: `s${++names}.parquet`, format: 1, bytes: 6_000_000, crc: 0, rows: 60_000, weight: 60_000 },
      ...{ min_time: time, max_time: time, min_receipt: time, max_receipt: time, fields: [1, 2, 3] },
      counts: { unit: 1, cells: [0, 0, 60_000] },
    }
    state.apply({ kind: 'delta', add: [segment] })
  }
  const made: { readonly kind: string; readonly inputs: number }[] = []
  const merges = new BackgroundMerges({
    state: () => state,
    now: () => MIDNIGHT + HOUR,
    limits: { ...MERGE_LIMITS, eagerSegments },
    rewrite: async ({ kind }, [inputs = []]) => {
      made.push({ kind, inputs: inputs.length })
      const [first] = inputs
      if (first === undefined) return []
      const replacement = {
        ...{ ...first, ...joinedSummary(inputs), file: `s${++names}.parquet` },
        row_groups: inputs.reduce((sum, { row_groups = 1 }) => sum + row_groups, 0),
        bytes: inputs.reduce((sum, { bytes }) => sum + bytes, 0),
      }
      return [{ replacements: [replacement], deleted: 0 }]
    },
    replace: async (inputs, rewritten) => {
      const replacements = rewritten.flatMap((outcome) => outcome.replacements)
      state.apply({ kind: 'delta', remove: inputs.map(({ file }) => file), add: replacements })
      return true
    },
  })
  return { merges, add, made, state }
}

it('a round makes one merge while little waits, and says what waits', async () => {
  const { merges, add, made } = merging(100)
  for (let minute = 0; minute < 64; minute++) add(minute)
  expect(await merges.round()).toBe(true)
  expect(made).toEqual([{ kind: 'copy', inputs: 32 }])
  expect(merges.debt).toEqual({ segments: 32, bytes: 32 * 6_000_000 })
  expect(await merges.round()).toBe(true)
  expect(merges.debt).toEqual({ segments: 0, bytes: 0 })
  expect(await merges.round()).toBe(false)
})

it('a round that finds too much goes on until it is little again, so that the debt stays bounded', async () => {
  const { merges, add, made, state } = merging(40)
  for (let minute = 0; minute < 320; minute++) add(minute)
  expect(await merges.round()).toBe(true)
  expect(made).toHaveLength(9)
  expect(merges.debt.segments).toBeLessThanOrEqual(40)
  expect(state.segments.size).toBe(9 + 32)
})
