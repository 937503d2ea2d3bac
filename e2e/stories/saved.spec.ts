import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '../story.ts'

test('a search is saved with its view, found again by name, changed, shared by link, removed and had back', async ({
  search,
  page,
  context,
}) => {
  const button = search.byId('savedSearches')
  const entry = (name: string) => search.byId('savedSearch').filter({ hasText: name })
  await search.open({ query: 'level:error card', from: 'now-6h' })
  await expect(search.rows.first()).toBeVisible()

  await page.keyboard.press('Shift+B')
  await expect(search.byId('saveSearch')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByText('takes a name')).toBeVisible()
  await page.getByLabel('Name').fill('Declined cards')
  await page.getByLabel('Description').fill('<b>What support asks for</b>')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(button).toContainText('Declined cards')
  const id = search.urlParameter('saved')
  expect(id).not.toBeNull()

  await search.ask('level:error order')
  await expect(button).toHaveAccessibleName('Saved search: Declined cards, changed')
  await page.keyboard.press('Escape')
  await page.keyboard.press('b')
  await expect(entry('Declined cards')).toContainText('<b>What support asks for</b>')
  await search.byId('updateSavedSearch').click()
  await expect(button).toHaveAccessibleName('Saved search: Declined cards')

  const other = await context.newPage()
  await other.goto(`${search.baseUrl}/saved/${id}`)
  await expect(other).toHaveURL(/query=level%3Aerror\+order&from=now-6h&to=now&saved=/)
  await other.goto(`${search.baseUrl}/saved/019a0000-0000-7000-8000-000000000000`)
  await expect(other.getByText('This saved search cannot be opened')).toBeVisible()
  await other.close()

  await search.open()
  await page.keyboard.press('b')
  await expect(entry('Declined cards')).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
  await entry('Declined cards').getByTestId('remove-saved-search').click()
  await expect(entry('Declined cards')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(search.byId('savedSearchesList')).toBeHidden()
  await page.keyboard.press('b')
  await expect(entry('Declined cards')).toBeVisible()
  await entry('Declined cards').getByRole('link').click()
  await search.expectQuery('level:error order')
})

test('the palette finds services, saved searches and actions by a part of their names, by keyboard alone', async ({
  search,
  page,
}) => {
  await search.open()
  await expect(search.rows.first()).toBeVisible()
  await search.query.click()
  await page.keyboard.press('Control+k')
  await expect(search.byId('paletteInput')).toBeFocused()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
  await page.keyboard.type('payme')
  await expect(search.byId('palette').getByRole('option', { name: 'payments' })).toBeVisible()
  await page.keyboard.press('Enter')
  await search.expectQuery('service:payments')
  await expect(search.byId('palette')).toBeHidden()

  await page.keyboard.press('Control+k')
  await page.keyboard.type('dead lett')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/dead-letters/)
})
