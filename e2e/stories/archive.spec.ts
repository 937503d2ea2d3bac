import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { moveDays } from '../../packages/log-store/test/cold/moved-days.ts'
import { SearchPage } from '../pages/search-page.ts'
import { StatusPage } from '../pages/status-page.ts'
import { expect, ownHeartwood, test } from '../story.ts'

/** The days of the store, and some around them. What was fetched of a day once is not asked for again. */
const RANGE = { from: '2026-11-20T00:00:00Z', to: '2026-12-05T00:00:00Z' }

/** A store of three days, of which the first two are in a folder beside it. */
const MOVED = { days: [0, 1, 5], on: 33 }

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
  await using heartwood = await ownHeartwood(env, (dataDir) => moveDays({ dataDir, archive }, MOVED))
  const search = new SearchPage(page, heartwood.webUrl)
  const status = new StatusPage(page, heartwood.webUrl)
  await status.open()
  await expect(status.day('2026-11-23')).toContainText('archive')
  await expect(status.day('2026-11-28')).not.toContainText('archive')
  await expect(status.byId('archive')).toContainText('The archive has 20 events of 2 days')
  await expect(status.byId('retention')).toContainText('HEARTWOOD_COLD_DAYS')

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
