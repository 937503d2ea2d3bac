import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { LogEvent } from '@heartwood/event'
import { expect, it } from 'vitest'
import { query } from '../src/contract/store-under-test.ts'
import type { SearchProgress } from '../src/port.ts'
import { segmentsDirectory } from '../src/segments/append/segment-file.ts'
import { openSegmentsReader } from '../src/segments/open-reader.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { batchOf, MIDNIGHT, temporaryFolder } from './segments/store-content.ts'

const SEGMENTS = 8
const RANGE = { from: MIDNIGHT, to: MIDNIGHT + 1_000_000n }

/** A store of segments one behind the other in time, ten events each. */
async function fill(dir: string): Promise<void> {
  const writer = await openSegmentsWriter({ dir, retentionDays: 36_500, maxBytes: 1e9, ballastBytes: 0 })
  for (let segment = 0; segment < SEGMENTS; segment++) {
    const events = Array.from({ length: 10 }, (_, row) => ({
      id: `e${segment}-${row}`,
      timestamp: MIDNIGHT + BigInt(segment * 10 + row),
      observed_at: MIDNIGHT,
      message: 'line',
      source: 'json',
    }))
    const [from, to] = [segment === 0 ? null : BigInt(segment), BigInt(segment + 1)]
    await writer.append({ partition: 0, from, to, events: batchOf(events), deadLetters: [], batches: [] })
  }
  await writer.close()
}

it('rows are told and progress is said segment by segment, long before the search is through', async () => {
  await using folder = await temporaryFolder()
  await fill(folder.dir)
  const reader = await openSegmentsReader({ dir: folder.dir })
  try {
    const said: (number | SearchProgress)[] = []
    const search = { query: query('*'), range: RANGE, limit: 1000, order: 'oldest' as const }
    const { events } = await reader.search({
      ...search,
      onRows: (rows) => said.push(rows.length),
      onProgress: (progress) => said.push(progress),
    })
    expect(events).toHaveLength(80)
    expect(said.filter((one) => typeof one === 'number')).toEqual(Array(SEGMENTS).fill(10))
    const progress = said.filter((one) => typeof one !== 'number')
    expect(progress.slice(0, SEGMENTS).map(({ segments, of }) => [segments, of.segments])).toEqual(
      Array.from({ length: SEGMENTS }, (_, index) => [index, SEGMENTS]),
    )
  } finally {
    await reader.close()
  }
})

it('a search that has to begin anew, since a file went, goes on behind the rows that it told', async () => {
  await using folder = await temporaryFolder()
  await fill(folder.dir)
  const directory = segmentsDirectory(folder.dir)
  let hidden: string | undefined
  const reader = await openSegmentsReader({
    dir: folder.dir,
    now() {
      // A plan is made: of the second attempt, once a file is hidden.
      if (hidden !== undefined) renameSync(`${hidden}.hidden`, hidden)
      hidden = undefined
      return MIDNIGHT
    },
  })
  try {
    const told: LogEvent[] = []
    let attempts = 0
    const { events } = await reader.search({
      query: query('*'),
      range: RANGE,
      limit: 75,
      onRows(rows) {
        told.push(...rows)
        if (attempts++ > 0) return
        const [oldest = ''] = readdirSync(directory)
          .filter((file) => file.endsWith('.parquet'))
          .sort()
        hidden = join(directory, oldest)
        renameSync(hidden, `${hidden}.hidden`)
      },
    })
    expect(hidden).toBeUndefined()
    expect(told.map(({ timestamp }) => timestamp)).toEqual(
      Array.from({ length: 75 }, (_, index) => MIDNIGHT + BigInt(79 - index)),
    )
    expect(events).toEqual(told)
  } finally {
    await reader.close()
  }
})
