import { gzipSync } from 'node:zlib'
import { SearchPage } from '../pages/search-page.ts'
import { expect, ownHeartwood, test } from '../story.ts'

const lines = (count: number, word: string) =>
  Array.from(
    { length: count },
    (_, index) =>
      `2019-03-0${1 + (index % 4)}T10:00:0${index % 10}.000Z ${index % 7 === 0 ? 'ERROR' : 'INFO'} ${word} ${index}\n`,
  ).join('')

test('files dropped on the page are sent, also packed ones, and shown where their times are', async ({
  page,
}) => {
  await using heartwood = await ownHeartwood()
  const search = new SearchPage(page, heartwood.webUrl)
  await search.open()
  await expect(search.byId('waiting')).toBeVisible()
  const files = [
    { name: 'plain.log', bytes: Buffer.from(lines(12_000, 'plain')) },
    { name: 'packed.log.gz', bytes: gzipSync(lines(300, 'packed')) },
  ]
  await search.drop(files)
  const dialog = search.byId('sendFiles')
  await dialog.getByLabel('Service').fill('attic')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await expect(dialog).toContainText('12,300 lines were sent and can be found.')
  await dialog.getByRole('button', { name: 'Show these logs' }).click()
  await search.expectTotal(12_300)
  await expect.poll(() => search.urlParameter('query')).toBe('service:attic')
  await search.ask('packed level:error')
  await search.expectTotal(43)
})

test('what is no log file is said so by its name, and the other files go on', async ({ search, page }) => {
  await search.open()
  // The keys are there once the first answer is.
  await expect(search.rows.first()).toBeVisible()
  await page.keyboard.press('s')
  await search.byId('fileInput').setInputFiles([
    { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]) },
    { name: 'cut.log.gz', mimeType: '', buffer: gzipSync(lines(5_000, 'cut')).subarray(0, 2_000) },
    { name: 'wide.log', mimeType: '', buffer: Buffer.from('\ufefflevel=info wide', 'utf16le') },
    {
      name: 'older.log',
      mimeType: '',
      buffer: Buffer.from('2017-01-02T03:04:05Z INFO goodline of before\n'),
    },
    { name: 'empty.log', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
    { name: 'good.log', mimeType: 'text/plain', buffer: Buffer.from(lines(20, 'goodline')) },
  ])
  const dialog = search.byId('sendFiles')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await expect(dialog).toContainText('picture.png is no text file')
  await expect(dialog).toContainText('cut.log.gz is cut off or damaged; what could be unpacked was sent')
  await expect(dialog).toContainText('wide.log was refused')
  await dialog.getByRole('button', { name: 'Show these logs' }).click()
  await search.ask('goodline')
  await search.expectTotal(21)
})

test('the panel shows a tick once an event has come, and the way to it', async ({
  search,
  heartwood,
  page,
}) => {
  await search.open()
  // The keys are there once the first answer is.
  await expect(search.rows.first()).toBeVisible()
  await page.keyboard.press('s')
  await expect(search.byId('arrival')).toContainText('Waiting')
  const line = { '@timestamp': '2018-05-04T10:00:00Z', service: 'postman', message: 'a letter from long ago' }
  const answer = await fetch(`${heartwood.ingestUrl}/ingest`, { method: 'POST', body: JSON.stringify(line) })
  expect(answer.ok).toBe(true)
  await expect(search.byId('arrival')).toContainText('an event of postman has come')
  await search.byId('arrival').getByRole('button', { name: 'Show' }).click()
  await expect(search.row('a letter from long ago')).toBeVisible()
})

test('every way to send has a text with the address of this server', async ({ search, heartwood, page }) => {
  await search.open()
  // The keys are there once the first answer is.
  await expect(search.rows.first()).toBeVisible()
  await page.keyboard.press('s')
  const panel = search.byId('sendLogsPanel')
  for (const name of ['OpenTelemetry', 'Filebeat', 'Vector', 'Logstash', 'Others']) {
    await panel.getByRole('tab', { name }).click()
    await expect(panel.getByRole('tabpanel')).toContainText(heartwood.ingestUrl)
  }
  await panel.getByRole('tab', { name: 'Fluent Bit' }).click()
  await expect(panel.getByRole('tabpanel')).toContainText(`port: ${new URL(heartwood.ingestUrl).port}`)
})
