import { TRACE } from '../seed.ts'
import { expect, test } from '../story.ts'

test('a word is found, marked, and every row has it', async ({ search }) => {
  await search.open()
  await search.ask('declined')
  await search.expectTotal(40)
  await expect(search.messages.locator('mark').first()).toHaveText('declined')
  for (const text of await search.messages.allTextContents()) expect(text).toContain('declined')
})

test('a level is found by the language and by its chip, and the chip takes it away again', async ({
  search,
}) => {
  await search.open()
  await search.ask('level:error')
  await search.expectTotal(40)
  await search.ask('')
  const chip = search.byId('levelChip').filter({ hasText: 'error' })
  await chip.click()
  await search.expectTotal(40)
  await expect.poll(() => search.urlParameter('query')).toBe('level:error')
  await search.expectQuery('level:error')
  await search.byId('levelChip').filter({ hasText: 'error' }).click()
  await search.expectQuery('')
})

test('the errors of a service are one click away', async ({ search }) => {
  await search.open({ query: 'level:error' })
  await search.byId('serviceChip').filter({ hasText: 'payments' }).click()
  await search.expectQuery('level:error service:payments')
  await search.expectTotal(40)
})

test('a time range is chosen by preset and by typing, and a wrong one says so', async ({ search }) => {
  await search.open({ query: 'shelf' })
  await expect(search.byId('nothingMatched')).toBeVisible()
  await search.page.keyboard.press('Escape')
  await search.byId('timeRange').click()
  await search.page.getByRole('button', { name: 'Last 7 days' }).click()
  await expect(search.row('disk quota exceeded')).toBeVisible()
  await expect.poll(() => search.urlParameter('from')).toBe('now-7d')

  await search.byId('timeRange').click()
  await search.byId('timeFrom').fill('last tuesday')
  await search.page.getByRole('button', { name: 'Apply' }).click()
  await expect(search.byId('timePicker').getByRole('alert')).toContainText('Write a time like')
  await search.byId('timeFrom').fill('now-2h')
  await search.byId('timeTo').fill('now-1h')
  await search.page.getByRole('button', { name: 'Apply' }).click()
  await expect(search.byId('nothingMatched')).toBeVisible()
})

test('a link to an absolute range is told in the time zone of whoever opens it', async ({ search }) => {
  await search.open({ query: 'declined', from: '2026-01-02T03:04:00Z', to: '2026-01-02T04:04:00Z' })
  // The stories' browser lives in Kolkata, 5:30 ahead; the server in any zone.
  await expect(search.byId('timeRange')).toContainText('08:34 – 09:34')
})

test('dragging over the chart zooms into that time', async ({ search }) => {
  await search.open()
  await expect(search.rows.first()).toBeVisible()
  const box = await search.byId('histogram').boundingBox()
  if (box === null) throw new Error('no chart')
  await search.page.mouse.move(box.x + box.width * 0.4, box.y + 20)
  await search.page.mouse.down()
  await search.page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 5 })
  await search.page.mouse.up()
  await expect(search.byId('timeRange')).not.toContainText('Last hour')
  const minutes = () => {
    const [from, to] = ['from', 'to'].map((name) => Date.parse(search.urlParameter(name) ?? ''))
    return ((to ?? 0) - (from ?? 0)) / 60_000
  }
  await expect.poll(minutes).toBeGreaterThan(10)
  await expect.poll(minutes).toBeLessThan(15)
})

test('a trace is found by its id, and from any of its rows', async ({ search }) => {
  await search.open({ query: TRACE })
  await search.expectTotal(3)
  await search.open()
  await search.ask('"slow step 1"')
  await search.row('slow step 1').click()
  await search.byId('traceLink').click()
  await expect(search.byId('traceLine')).toHaveText([/step 0/, /step 1/, /step 2/])
  await search.byId('showInSearch').click()
  await search.expectQuery(`trace_id:${TRACE}`)
  await search.expectTotal(3)
})

test('values of a field are included and excluded from an opened row', async ({ search }) => {
  await search.open({ query: 'declined' })
  await search.row(/for order 3$/).click()
  await search.field('user.id').getByTestId('include').click()
  await search.expectQuery('declined user.id:u-3')
  await search.expectTotal(10)
  // The log is among them, so its details stay.
  await search.field('user.id').getByTestId('exclude').click()
  await search.expectTotal(30)
  await search.expectQuery(/declined (NOT |-)user\.id:u-3/)
})

test('going back returns to the search before', async ({ search }) => {
  await search.open({ query: 'declined' })
  await search.expectTotal(40)
  await search.ask('level:warn')
  await search.expectTotal(4)
  await search.page.goBack()
  await search.expectQuery('declined')
  await search.expectTotal(40)
  await search.page.goForward()
  await search.expectTotal(4)
})

test('a wrong query is underlined where it is wrong, and is not run', async ({ search }) => {
  await search.open()
  await expect(search.rows.first()).toBeVisible()
  await search.ask('level:error (timeout')
  await expect(search.byId('queryError')).toBeVisible()
  await expect(search.byId('queryErrorSpan').first()).toHaveText('(')
  await expect.poll(() => search.urlParameter('query')).toBeNull()
  await search.ask('level:error')
  await expect(search.byId('queryError')).toBeHidden()
  await search.expectTotal(40)
})

test('where nothing matches, the page leads to where something does', async ({ search }) => {
  await search.open({ query: 'shelf' })
  await expect(search.byId('nothingMatched')).toContainText('Last hour')
  await search.page.getByRole('button', { name: 'Jump to latest' }).click()
  await expect(search.row('disk quota exceeded')).toBeVisible()
  await search.open({ query: 'declined level:debug' })
  await expect(search.byId('nothingMatched')).toContainText('There are other logs in this time')
  await search.page.getByRole('button', { name: 'Search without level:debug' }).click()
  await search.expectTotal(40)
  await search.open({ query: 'shelf', from: '2001-01-01T00:00:00Z', to: '2001-01-02T00:00:00Z' })
  await expect(search.byId('nothingMatched')).toContainText('the time holds none at all')
  await search.page.getByRole('button', { name: 'Oldest after' }).click()
  await expect(search.row('disk quota exceeded')).toBeVisible()
  await search.open({ query: 'nosuchwordatall' })
  await search.byId('nothingMatched').getByRole('button', { name: 'Clear query' }).click()
  await expect(search.rows.first()).toBeVisible()
})

test('a link to an event leads to its row, however far down it stands', async ({ search }) => {
  await search.open({ query: '"items/590"', from: 'now-24h' })
  await search.row('/api/items/590 ').click()
  const open = search.urlParameter('open') ?? ''
  await search.open({ query: 'answered', from: 'now-24h', open })
  const row = search.row('/api/items/590 ')
  await expect(row).toBeInViewport()
  await expect(row).toHaveAttribute('aria-current', 'true')
  await search.byId('order').click()
  await expect(search.rows.first()).toContainText('/api/items/5')
  await expect(row).toBeInViewport()
})

test('older rows come by scrolling, as many as there are', async ({ search }) => {
  await search.open({ query: 'answered', from: 'now-24h' })
  await search.expectTotal(600)
  await search.byId('logList').hover()
  await expect(async () => {
    await search.page.mouse.wheel(0, 20_000)
    await expect(search.row('/api/items/599 ')).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 30_000 })
})
