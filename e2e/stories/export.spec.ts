import { readFile } from 'node:fs/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { TEST_IDS } from '../../apps/web/src/test-ids.ts'
import type { SearchPage } from '../pages/search-page.ts'
import { expect, test } from '../story.ts'

async function download(search: SearchPage, format: string): Promise<string> {
  await search.byId('exportOpen').click()
  await expect(search.byId('exportMenu')).toContainText('Export 40 events')
  const started = search.page.waitForEvent('download')
  await search
    .byId('exportMenu')
    .locator(`[data-testid="${TEST_IDS.exportAs}"][data-format="${format}"]`)
    .click()
  const file = await started
  expect(file.suggestedFilename()).toBe(`logs.${format}`)
  expect(await file.failure()).toBeNull()
  return file.path()
}

test('what was found is exported in each format, and each holds all of it', async ({ search }) => {
  await search.open({ query: 'declined', order: 'oldest' })
  await search.expectTotal(40)

  const csv = (await readFile(await download(search, 'csv'), 'utf8')).trimEnd().split('\r\n')
  expect(csv[0]).toBe('time,level,service,message')
  expect(csv).toHaveLength(41)
  expect(csv[1]).toMatch(/Z,error,payments,payment failed: card declined for order 39$/)

  const lines = (await readFile(await download(search, 'ndjson'), 'utf8')).trimEnd().split('\n')
  expect(new Set(lines.map((line) => JSON.parse(line).message)).size).toBe(40)

  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const path = await download(search, 'parquet')
  const answer = await connection.runAndReadAll(
    `SELECT count(*), count(DISTINCT message), any_value(level) FROM read_parquet('${path}')`,
  )
  expect(answer.getRowsJS()).toEqual([[40n, 40n, 'error']])
  connection.closeSync()
  instance.closeSync()
})
