import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NANOS_PER_DAY } from '@heartwood/event'
import { openObjects } from '@heartwood/object-store'
import { StandaloneStore } from '../../packages/log-store/test/cold/standalone-store.ts'
import { MIDNIGHT } from '../../packages/log-store/test/segments/store-content.ts'
import { SearchPage } from '../pages/search-page.ts'
import { StatusPage } from '../pages/status-page.ts'
import { expect, ownHeartwood, test } from '../story.ts'

/** The days of the store, and some around them. What was fetched of a day once is not asked for again. */
const RANGE = { from: '2026-11-20T00:00:00Z', to: '2026-12-05T00:00:00Z' }

/** A store of three days, of which the first two are in a folder beside it. */
async function moved(dataDir: string, archive: string): Promise<void> {
  await using closing = new AsyncDisposableStack()
  const objects = await openObjects({ kind: 'folder', path: archive }, Date.now())
  closing.defer(() => objects.close())
  const store = await StandaloneStore.open(objects, {}, { dir: dataDir, async [Symbol.asyncDispose]() {} })
  closing.use(store)
  for (const day of [0, 1, 5]) await store.append(day)
  store.clock.now = MIDNIGHT + 33n * NANOS_PER_DAY
  await store.tidy()
}

test('old logs are found in the archive beside those that are here, days in it are marked, and an object that is gone is named above the rest', async ({
  page,
}) => {
  await using folders = new AsyncDisposableStack()
  const archive = await mkdtemp(join(tmpdir(), 'heartwood-story-archive-'))
  folders.defer(() => rm(archive, { recursive: true, force: true }))
  const env = {
    HEARTWOOD_ARCHIVE: archive,
    // However long ago these days are by now.
    HEARTWOOD_HOT_DAYS: '36500',
    HEARTWOOD_COLD_DAYS: '36500',
    HEARTWOOD_RETENTION_DAYS: '36500',
  }
  await using heartwood = await ownHeartwood(env, (dataDir) => moved(dataDir, archive))
  const search = new SearchPage(page, heartwood.webUrl)
  const status = new StatusPage(page, heartwood.webUrl)
  await status.open()
  await expect(status.day('2026-11-23')).toContainText('archive')
  await expect(status.day('2026-11-28')).not.toContainText('archive')

  await search.open({ ...RANGE, to: '2026-11-24T00:00:00Z', query: '"line 3"' })
  await search.expectTotal(1)
  await expect(search.total).toContainText('fetched from the archive')
  await expect(search.byId('missingParts')).toBeHidden()

  await rm(join(archive, 'segments', '2026-11-24'), { recursive: true })
  await search.open({ ...RANGE, query: 'message:line*' })
  await expect(search.byId('missingParts')).toContainText(
    /^Up to 10 events of 2026-11-24 in the archive are missing: .*\.parquet is missing\.$/,
  )
  await expect(search.rows).toHaveCount(20)
  expect(await search.seriousFindings()).toEqual([])
  await page.setViewportSize({ width: 390, height: 800 })
  await search.expectWithin('missingParts', 390)
})
