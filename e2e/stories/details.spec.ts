import { send } from '../seed.ts'
import { expect, test } from '../story.ts'

test('the details stand beside the list, follow the selection, and narrow the search by any value, with the keyboard alone', async ({
  search,
  page,
}) => {
  const { keyboard } = page
  const list = page.getByRole('treegrid', { name: 'Logs' })
  await search.open({ query: 'declined' })
  await search.expectTotal(40)
  await list.focus()
  await keyboard.press('j')
  await keyboard.press('Enter')
  await expect(search.details).toContainText('for order 0')
  await keyboard.press('j')
  await expect(search.details).toContainText('for order 1')
  await expect.poll(() => search.urlParameter('open')).not.toBeNull()

  // Behind the heads of the columns the edge of the drawer is the next stop, its width is remembered.
  const edge = page.getByRole('separator', { name: 'Width of the details' })
  await expect(async () => {
    await keyboard.press('Tab')
    await expect(edge).toBeFocused({ timeout: 100 })
  }).toPass()
  const before = Number(await edge.getAttribute('aria-valuenow'))
  await keyboard.press('ArrowLeft')
  await expect(edge).toHaveAttribute('aria-valuenow', String(before + 24))
  await page.reload()
  await expect(edge).toHaveAttribute('aria-valuenow', String(before + 24))

  // One Tab stop for all fields, the arrow keys between them, and a menu on each.
  await search.byId('detailsSearch').fill('status')
  await expect(search.details.getByTestId('field')).toHaveCount(1)
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Above this' })).toBeVisible()
  await keyboard.press('ArrowDown')
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await search.expectQuery('declined http.response.status_code>502')

  await page.goBack()
  await search.expectTotal(40)
  await search.field('user.id').getByTestId('value-menu').press('Enter')
  await page.getByRole('menuitem', { name: 'Add as a column' }).press('Enter')
  await expect(search.list.columnNames).toHaveText(['time', 'level', 'service', 'user.id', 'message'])
  await expect(search.details, 'the event of the search before').toContainText('for order 1')
  await search.byId('detailsSearch').fill('user')
  await keyboard.press('Escape')
  await expect(search.byId('detailsSearch')).toHaveValue('')
  await keyboard.press('Escape')
  await expect(search.details).toBeHidden()
  await expect(list).toBeFocused()
})

test('a log shows what it has: types, readable units, nested parts, JSON, what was sent; text from outside is only text', async ({
  search,
  heartwood,
}) => {
  await send(heartwood, [
    {
      level: 'info',
      service: 'kiln<i>',
      message: '[{"event":"fired","steps":["heat"]}]',
      'event.duration': 12_345_678,
      code: '500',
      status: 500,
      '<img src=x onerror=alert(1)>\u202e': 'value \u001b[31m<b>bold</b>',
      items: [{ sku: 'A-1', price: { amount: 12.5 } }],
      story: 'long '.repeat(2_000),
    },
  ])
  await search.open({ query: 'service:"kiln<i>"' })
  await search.rows.first().click()
  const { details } = search
  await expect(search.byId('detailsMessage')).toContainText('"event": "fired",\n')
  await details.getByRole('button', { name: 'As it came' }).click()
  await expect(search.byId('detailsMessage')).toHaveText('[{"event":"fired","steps":["heat"]}]')
  await expect(search.field('event.duration')).toContainText('12.3 ms')
  await expect(search.field('code')).toContainText('text')
  await expect(search.field('status')).toContainText('number')
  await expect(search.field('items')).toContainText('amount: 12.5')
  await expect(details).toContainText('<img src=x onerror=alert(1)>⟨U+202E⟩')
  await expect(details).toContainText('<b>bold</b>')
  await expect(details.locator('img, b, i')).toHaveCount(0)
  await expect(details.locator('.ansi-red'), 'colours are shown, not their codes').toHaveText('<b>bold</b>')
  const story = search.field('story')
  const length = async () => (await story.innerText()).length
  await expect.poll(length).toBeLessThan(1_500)
  await story.getByRole('button', { name: /^Show all/ }).click()
  await expect.poll(length).toBeGreaterThan(9_000)

  await details.getByRole('tab', { name: 'JSON' }).click()
  await expect(search.byId('eventJson')).toContainText('"event.duration": 12345678')
  expect(await search.page.title()).not.toContain('bold')
})

test('a copied link leads to the event, when its search has moved on and when it names nothing else', async ({
  search,
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const copied = async () => new URL(await page.evaluate<string>('navigator.clipboard.readText()'))
  await search.open({ query: 'shelf', from: 'now-7d' })
  await search.rows.first().click()
  await search.byId('copyEventLink').click()
  await page.getByRole('menuitem', { name: 'Link to it in this search' }).click()
  await expect(page.getByText('The link is copied.').first()).toBeVisible()
  const inPlace = await copied()
  for (const end of ['from', 'to']) expect(inPlace.searchParams.get(end)).toMatch(/^\d{4}-.*Z$/)
  expect(inPlace.searchParams.get('query')).toBe('shelf')

  await search.byId('copyEventLink').click()
  await page.getByRole('menuitem', { name: 'Link to the event alone' }).click()
  await expect.poll(async () => [...(await copied()).searchParams.keys()]).toEqual(['open'])

  for (const link of [inPlace, await copied()]) {
    const other = await context.newPage()
    await other.goto(link.toString())
    await expect(other.getByTestId('details-message')).toContainText('disk quota exceeded on shelf seven')
    await expect(other.getByTestId('log-row').filter({ hasText: 'shelf seven' })).toHaveAttribute(
      'aria-current',
      'true',
    )
    await other.close()
  }

  await page.keyboard.press('y')
  await expect.poll(async () => (await copied()).searchParams.get('to')).toMatch(/Z$/)
  await search.open({ open: '0190aaaa-0000-7000-8000-000000000000-7' })
  await expect(search.byId('eventMissing')).toContainText('does not exist')
})
