import { expect, test } from '../story.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in the ${colorScheme} theme`, async ({ search, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await search.open({ query: 'declined OR slow', live: 'true' })
    await search.rows.first().click()
    await expect(search.details).toBeVisible()
    await expect(search.byId('tailStats')).toBeVisible()
    expect(await search.seriousFindings(), 'an opened row, live').toEqual([])
    await search.open({ query: 'nosuchwordatall' })
    await expect(search.byId('nothingMatched')).toBeVisible()
    expect(await search.seriousFindings(), 'nothing matched').toEqual([])
    await search.byId('timeRange').click()
    await expect(search.byId('timePicker')).toBeVisible()
    expect(await search.seriousFindings(), 'the time range').toEqual([])
    await page.keyboard.press('Escape')
    await search.byId('sendLogs').click()
    await expect(search.byId('sendLogsPanel')).toBeVisible()
    expect(await search.seriousFindings(), 'send your logs').toEqual([])
  })
}

test('on a narrow screen nothing is wider than the screen', async ({ search, page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
  await search.open()
  await expect(search.rows.first()).toBeVisible()
  await expect.poll(overflow).toBe(0)
  await search.rows.first().click()
  await expect(search.details).toBeVisible()
  await expect.poll(overflow).toBe(0)
  expect(
    await page.evaluate(
      `(grid => grid.scrollWidth - grid.clientWidth)(document.querySelector('[role=treegrid]'))`,
    ),
  ).toBe(0)
  await page.keyboard.press('Escape')
  await expect(search.details).toBeHidden()
  await search.byId('timeRange').click()
  await search.expectWithin('timePicker', 390)
})

test('the theme that was chosen is there from the first paint after a reload', async ({ search, page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await search.open()
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
  const light = await ground()
  await search.byId('themeToggle').click()
  await search.byId('themeToggle').click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect.poll(ground).not.toBe(light)
  const html = await (await page.context().request.get(search.baseUrl)).text()
  expect(html).toContain('data-theme="dark"')
})

test('the window says what is looked at, from a link as well', async ({ search, page }) => {
  await search.open({ query: 'service:payments' })
  await expect(search.rows.first()).toBeVisible()
  await expect(page).toHaveTitle('service:payments · Heartwood')
  await search.ask('level:error')
  await expect(page).toHaveTitle('level:error · Heartwood')
  await page.goto(`${search.baseUrl}/trace/a%20b`)
  await expect(search.byId('noSuchTrace')).toBeVisible()
  await expect(page).toHaveTitle('Trace a b · Heartwood')
})

test('on a laptop the bar at the top is one line, and a query has room in it', async ({ search }) => {
  const ranges = [{ from: 'now-15m' }, { from: '2026-03-01T12:13:14Z', to: '2026-03-02T01:02:03Z' }]
  for (const range of ranges) {
    await search.open({ query: 'NOT environment:demo level:error', ...range })
    await expect(search.editor).toBeVisible()
    const live = await search.byId('live').boundingBox()
    const link = await search.byId('copySearchLink').boundingBox()
    expect(link?.y).toBeLessThan((live?.y ?? 0) + (live?.height ?? 0))
    expect((await search.query.boundingBox())?.width).toBeGreaterThan(150)
  }
})

test('a query of any length leaves the ways out of an empty result in sight', async ({ search }) => {
  await search.open({ query: `nosuchword${'a'.repeat(8_000)}` })
  await expect(search.byId('nothingMatched')).toBeVisible()
  await expect(search.byId('nothingMatched').getByRole('button', { name: 'Clear query' })).toBeInViewport()
})

test('every page comes as one piece: nothing in it waits hidden for a script to put it in its place', async ({
  search,
  request,
}) => {
  for (const path of ['/', '/status', '/dead-letters', '/trace/none', '/request/none']) {
    const html = await (await request.get(`${search.baseUrl}${path}`)).text()
    expect(html.includes('<header'), `${path} has its bar at the top`).toBe(true)
    // What React streams later than the page around it comes as hidden copies with ids of this kind.
    expect(html.match(/<div hidden id="S:\d+"/g), path).toBeNull()
  }
})
