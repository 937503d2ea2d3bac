import { seriousFindings } from '../axe.ts'
import type { SearchPage } from '../pages/search-page.ts'
import { send } from '../seed.ts'
import { expect, test } from '../story.ts'

const line = (message: string, service = 'live-story') => ({ level: 'info', service, message })
const lines = (count: number, service: string) =>
  Array.from({ length: count }, (_, i) => line(`line ${i} of many`, service))

/** Opens the page following a service, and waits until the tail is there. */
async function follow(search: SearchPage, service: string, more: Record<string, string> = {}): Promise<void> {
  await search.open({ query: `service:${service}`, live: 'true', ...more })
  await expect(search.byId('tailState')).toHaveText('Live')
  await expect(search.byId('tailStats')).toBeVisible()
}

async function expectCounts(search: SearchPage, counts: Record<string, number>): Promise<void> {
  for (const [name, count] of Object.entries(counts))
    await expect(search.byId('tailStats'), name).toHaveAttribute(`data-${name}`, String(count))
}

test('a new line appears in the live tail by itself', async ({ search, heartwood }) => {
  await search.open({ query: 'service:live-story' })
  await search.byId('live').click()
  await expect(search.byId('tailState')).toHaveText('Live')
  await expect(search.byId('tailStats')).toBeVisible()
  await send(heartwood, [line('the first live line')])
  await expect(search.row('the first live line')).toBeVisible()
  await send(heartwood, [line('the second live line')])
  await expect(search.messages.first()).toHaveText('the second live line')
  await expect(search.byId('tailStats')).toContainText('2 shown of 2 matched')
})

test('an open drawer pauses nothing and stays as it is, also when the rows are shown oldest first', async ({
  search,
  heartwood,
}) => {
  await send(heartwood, [line('read me in peace', 'drawer-story')])
  await follow(search, 'drawer-story')
  await search.row('read me in peace').click()
  await expect(search.details).toContainText('read me in peace')
  await send(heartwood, [line('arrived while reading', 'drawer-story')])
  await expect(search.messages.first()).toHaveText('arrived while reading')
  await expect(search.details).toContainText('read me in peace')
  await search.byId('order').click()
  await expect(search.messages.first()).toHaveText('read me in peace')
  await send(heartwood, [line('comes in at the end', 'drawer-story')])
  await expect(search.messages.last()).toHaveText('comes in at the end')
  await expect(search.messages).toHaveCount(3)
})

test('scrolling pauses: what is read stays, what waits is counted, and scrolling back shows it', async ({
  search,
  heartwood,
}) => {
  await follow(search, 'scroll-story')
  await send(heartwood, lines(120, 'scroll-story'))
  await expectCounts(search, { shown: 120, matched: 120, skipped: 0 })
  await search.list.glide(600)
  await expect(search.byId('tailState')).toHaveText('Paused')
  const read = await search.list.readable()
  expect(read.length).toBeGreaterThan(5)
  await send(heartwood, lines(70, 'scroll-story'))
  await expect(search.byId('resume')).toHaveText('Resume (70 new)')
  await expectCounts(search, { shown: 120, waiting: 70, matched: 190 })
  expect(await search.list.readable()).toEqual(read)
  await search.list.glide(-6_000)
  await expect(search.byId('tailState')).toHaveText('Live')
  await expect(search.messages.first()).toHaveText('line 69 of many')
  await expectCounts(search, { shown: 190, waiting: 0, matched: 190 })
})

test('a paused tail shows nothing of what waits, also not by the search that follows its beginning', async ({
  search,
  heartwood,
  page,
}) => {
  await page.clock.install()
  let asked = 0
  page.on('request', (request) => {
    if (/\/search\/stream/.test(request.url())) asked++
  })
  await send(heartwood, [line('there before', 'settle-story')])
  await follow(search, 'settle-story')
  await expect(search.row('there before')).toBeVisible()
  await page.keyboard.press('p')
  await expect(search.byId('tailState')).toHaveText('Paused')
  const before = asked
  await send(heartwood, lines(3, 'settle-story'))
  await expect(search.byId('resume')).toHaveText('Resume (3 new)')
  await page.clock.runFor(10_000)
  expect(asked, 'searches while it was paused').toBe(before)
  await expect(search.byId('resume')).toHaveText('Resume (3 new)')
  await page.keyboard.press('p')
  await expect(search.messages.first()).toHaveText('line 2 of many')
  await expect.poll(() => asked, 'and once it goes on').toBeGreaterThan(1)
  await expectCounts(search, { shown: 3, waiting: 0, matched: 3 })
})

test('without a mouse: follow, pause, read on, go on, clear, and find the key for it in the sheet', async ({
  search,
  heartwood,
  page,
}) => {
  const { keyboard } = page
  await send(heartwood, [line('there before', 'key-story')])
  await search.open({ query: 'service:key-story' })
  await expect(search.row('there before')).toBeVisible()
  // Where nothing is followed, and where text is typed, the key means nothing.
  await keyboard.press('p')
  await keyboard.press('l')
  await expect(search.byId('tailState')).toHaveText('Live')
  await keyboard.press('/')
  await keyboard.type('p')
  await search.expectQuery(/p/)
  await expect(search.byId('tailState')).toHaveText('Live')
  await keyboard.press('Escape')
  await page.getByRole('treegrid', { name: 'Logs' }).focus()
  await keyboard.press('p')
  await expect(search.byId('tailState')).toHaveText('Paused')
  await send(heartwood, [line('waits', 'key-story')])
  await expect(search.byId('resume')).toHaveText('Resume (1 new)')
  await keyboard.press('p')
  await expect(search.messages.first()).toHaveText('waits')
  await keyboard.press('j')
  await expect(search.byId('tailState'), 'a row that is gone to is being read').toHaveText('Paused')
  await keyboard.press('p')
  await keyboard.press('Shift+L')
  await expect(search.rows).toHaveCount(0)
  await send(heartwood, [line('first of a clean list', 'key-story')])
  await expect(search.messages).toHaveText(['first of a clean list'])
  await expectCounts(search, { shown: 1, matched: 1, skipped: 0 })

  await keyboard.press('?')
  await expect(search.byId('shortcutSearch')).toBeFocused()
  await keyboard.type('pause')
  await expect(search.byId('shortcuts').getByRole('option')).toHaveCount(1)
  await keyboard.press('Enter')
  await expect(search.byId('shortcuts')).toBeHidden()
  await expect(search.byId('tailState')).toHaveText('Paused')
  await keyboard.press('?')
  await search.byId('shortcuts').getByRole('option', { name: 'Write a query' }).click()
  await expect(search.query).toBeFocused()
})

test('a tail whose query app was killed goes on: no line twice, the gap is marked and can be searched', async ({
  search,
  heartwood,
}) => {
  await send(heartwood, [line('before', 'gap-story')])
  await follow(search, 'gap-story')
  await send(heartwood, [line('heard', 'gap-story')])
  await expect(search.messages.first()).toHaveText('heard')
  const query = heartwood.pids().get('query')
  if (query === undefined) throw new Error('there is no query app')
  process.kill(query, 'SIGKILL')
  await expect(search.byId('tailState')).toHaveText('Connection lost, trying again…')
  await send(heartwood, [line('missed', 'gap-story')])
  await expect(search.byId('tailMark')).toContainText('Connection lost for', { timeout: 30_000 })
  await send(heartwood, [line('after', 'gap-story')])
  await expect(search.messages).toHaveText(['after', 'missed', 'heard', 'before'])
  await expect(search.byId('tailMark'), 'the search has closed the gap').toContainText('searched again')
  await search.byId('tailMark').getByRole('button').click()
  await expect(search.row('missed')).toBeVisible()
  await expect.poll(() => search.urlParameter('live')).toBeNull()
  expect(Date.parse(search.urlParameter('to') ?? '')).toBeGreaterThan(
    Date.parse(search.urlParameter('from') ?? ''),
  )
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing serious about a tail and the keys in the ${colorScheme} theme, and they fit a narrow screen`, async ({
    search,
    heartwood,
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const service = `axe-${colorScheme}`
    await follow(search, service)
    await send(heartwood, [line('one line', service)])
    await expect(search.row('one line')).toBeVisible()
    await search.byId('tailPause').click()
    await expect(search.byId('resume')).toBeVisible()
    expect(await seriousFindings(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 800 })
    await page.keyboard.press('?')
    await expect(search.byId('shortcuts')).toBeVisible()
    expect(await seriousFindings(page)).toEqual([])
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  })
