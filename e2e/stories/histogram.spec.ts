import { expect, test } from '../story.ts'

test('by keyboard a time is picked, read out with its counts, and zoomed into: exactly these', async ({
  search,
  page,
}) => {
  await search.open({ query: 'answered OR declined' })
  await search.expectTotal(640)
  const chart = search.byId('histogram')
  await chart.focus()
  await page.keyboard.press('Home')
  for (let step = 0; step < 40; step++) await page.keyboard.press('ArrowRight')
  for (let step = 0; step < 12; step++) await page.keyboard.press('Shift+ArrowRight')
  const brush = search.byId('histogramBrush')
  await expect(brush).toContainText('events (')
  await expect(brush).toContainText('40 error')
  await expect(chart).toHaveAttribute('aria-valuetext', (await brush.textContent()) ?? '')
  const counted = Number(/: ([\d,]+) events/.exec((await brush.textContent()) ?? '')?.[1])
  expect(counted).toBeGreaterThan(40)
  expect(counted).toBeLessThan(640)
  await page.keyboard.press('Enter')
  await search.expectTotal(counted)
  const [from, to] = ['from', 'to'].map((name) => Date.parse(search.urlParameter(name) ?? ''))
  expect((to ?? 0) - (from ?? 0)).toBe(13 * 60_000)
})

test('the chart is split by another field, and the bar of now is hatched', async ({ search }) => {
  await search.open({ query: 'answered OR declined' })
  await expect(search.byId('histogramUnfinished').last()).toBeVisible()
  await search.byId('histogramBy').selectOption('service')
  await expect.poll(() => search.urlParameter('by')).toBe('service')
  await expect(search.byId('histogram')).toHaveAttribute('aria-label', /150 checkout/)
  await expect(search.byId('histogram')).toHaveAttribute('aria-label', /190 payments/)
  await expect(search.byId('histogramLegend')).toContainText('payments')
  await search.open({ query: 'answered OR declined', by: 'http.status' })
  await expect(search.byId('histogram')).toHaveAttribute('aria-label', /588 200, 40 502, 12 404/)
})
