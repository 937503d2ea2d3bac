import { expect, test } from '../story.ts'

/** Minutes between both ends of the URL's range. */
const minutesOf = (from: string | null, to: string | null) =>
  (Date.parse(to ?? '') - Date.parse(from ?? '')) / 60_000

test('by keyboard alone: a typed time, half a range on, twice the range, and back', async ({
  search,
  page,
}) => {
  await search.open()
  await expect(search.rows.first()).toBeVisible()
  await page.keyboard.press('d')
  await page.keyboard.type('45m')
  await expect(search.byId('timePicker')).toContainText('Last 45 m')
  await page.keyboard.press('Enter')
  await expect(search.byId('timePicker')).toBeHidden()
  await expect.poll(() => search.urlParameter('from')).toBe('now-45m')
  await page.keyboard.press('-')
  await expect.poll(() => search.urlParameter('from')).toBe('now-90m')
  await page.keyboard.press('[')
  await expect
    .poll(() => minutesOf(search.urlParameter('from'), search.urlParameter('to')))
    .toBeCloseTo(90, 3)
  await page.keyboard.press('<')
  await expect.poll(() => search.urlParameter('from')).toBe('now-90m')
  await page.keyboard.press('<')
  await expect.poll(() => search.urlParameter('from')).toBe('now-45m')
  await page.keyboard.press('>')
  await expect.poll(() => search.urlParameter('from')).toBe('now-90m')

  await page.keyboard.press('d')
  await page.keyboard.type('soon')
  await page.keyboard.press('Enter')
  await expect(search.byId('timePicker')).toContainText('not understood as a time')
  await search.byId('timeTyped').fill('yesterday')
  await page.keyboard.press('Enter')
  await expect.poll(() => minutesOf(search.urlParameter('from'), search.urlParameter('to'))).toBe(24 * 60)
})

test('a pasted time stamp leads to its minute, on the page and in the query bar, and is marked', async ({
  search,
  page,
}) => {
  await search.open()
  await expect(search.editor).toBeVisible()
  const at = new Date(Date.now() - 10 * 60_000)
  await search.paste(`[${at.toISOString()}]`)
  await expect.poll(() => search.urlParameter('at')).toBe(at.toISOString())
  await expect.poll(() => minutesOf(search.urlParameter('from'), search.urlParameter('to'))).toBe(2)
  await expect(search.byId('timeRange')).toContainText('Around')
  await expect(search.byId('timeMark')).toBeVisible()
  await search.paste('no time at all')
  await expect(page.getByText('What was pasted is not a time.')).toBeVisible()
  const seconds = Math.floor(at.getTime() / 1_000) - 60
  await search.query.fill(String(seconds))
  await search.byId('queryFix').click()
  await expect.poll(() => search.urlParameter('at')).toBe(new Date(seconds * 1_000).toISOString())
  await search.expectQuery('')
})

test('every time follows the zone that is chosen, which stays, and is told in others on request', async ({
  search,
  page,
}) => {
  await search.open({ query: 'shelf', from: 'now-7d' })
  await expect(search.row('disk quota exceeded')).toBeVisible()
  await expect(search.byId('timeRange')).toContainText('UTC+5:30')
  const clock = () => search.row('disk quota exceeded').getByRole('gridcell').nth(1).innerText()
  const local = await clock()
  await page.keyboard.press('z')
  await page.keyboard.type('utc')
  await page.keyboard.press('Enter')
  await expect(search.byId('timeRange')).not.toContainText('5:30')
  await expect.poll(() => search.urlParameter('tz')).toBe('utc')
  await expect.poll(clock).not.toBe(local)
  const utc = await clock()
  await search.open({ query: 'shelf', from: 'now-7d' })
  await expect.poll(clock).toBe(utc)

  await search.row('disk quota exceeded').click()
  await search.byId('timeFacts').focus()
  await page.keyboard.press('Enter')
  await expect(search.byId('timeFactsPanel')).toContainText(/Asia\/(Kolkata|Calcutta)/)
  await expect(search.byId('timeFactsPanel')).toContainText('UTC')
  await expect(search.byId('timeFactsPanel')).toContainText('ago')
})

test('the page asks again by itself, but not while an event is open', async ({ search, page }) => {
  await page.clock.install()
  await search.open({ refresh: '10s' })
  await expect(search.rows.first()).toBeVisible()
  let asked = 0
  page.on('request', (request) => {
    if (/\/api\/.*search/.test(request.url())) asked++
  })
  await page.clock.runFor(11_000)
  await expect.poll(() => asked).toBeGreaterThan(0)
  await search.rows.first().click()
  await expect(search.details).toBeVisible()
  await page.clock.runFor(1_000)
  await page.waitForLoadState('networkidle')
  const before = asked
  await page.clock.runFor(35_000)
  await page.waitForLoadState('networkidle')
  expect(asked).toBe(before)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in the time picker, ${colorScheme}; it fits a phone`, async ({
    search,
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await search.open()
    await search.byId('timeRange').click()
    await search.byId('timeTyped').fill('2h')
    expect(await search.seriousFindings('header', '[role=dialog]'), 'the range').toEqual([])
    await search.byId('timeZone').click()
    await expect(search.byId('zoneSearch')).toBeFocused()
    expect(await search.seriousFindings('[role=dialog]'), 'the zones').toEqual([])
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 390, height: 844 })
    await search.byId('timeRange').click()
    await search.expectWithin('timePicker', 390)
  })
}
