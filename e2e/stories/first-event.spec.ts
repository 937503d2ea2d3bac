import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { SearchPage } from '../pages/search-page.ts'
import { expect, ownHeartwood, test } from '../story.ts'

const run = promisify(execFile)

test('the empty page turns to the first event by itself when its own curl line is run', async ({ page }) => {
  await using heartwood = await ownHeartwood()
  const search = new SearchPage(page, heartwood.webUrl)
  await search.open()
  await expect(search.byId('waiting')).toContainText('Waiting for the first event')
  const curl = await search.byId('curlLine').textContent()
  await run('sh', ['-c', curl ?? ''])
  await expect(search.row('Hello from curl')).toBeVisible()
  await expect(search.row('Hello from curl')).toContainText('info')
  await search.expectTotal(1)
  await expect(search.byId('sendLogsPanel')).toBeHidden()
})

test('when the first logs are old, the page goes to where they are', async ({ page }) => {
  await using heartwood = await ownHeartwood()
  const search = new SearchPage(page, heartwood.webUrl)
  await search.open()
  await expect(search.byId('waiting')).toBeVisible()
  const line = { '@timestamp': '2020-05-04T10:00:00Z', message: 'written long ago' }
  const answer = await fetch(`${heartwood.ingestUrl}/ingest`, { method: 'POST', body: JSON.stringify(line) })
  expect(answer.ok).toBe(true)
  await expect(search.row('written long ago')).toBeVisible()
})
