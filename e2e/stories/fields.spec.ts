import { SearchOutput } from '@heartwood/api'
import { seriousFindings } from '../axe.ts'
import { expect, test } from '../story.ts'

/** Only what the seed sent, whatever other stories send. */
const SEEDED = 'answered OR declined'

/** Five minutes before and behind the seed's bad moment, however long ago that is by now. */
async function aroundTheBadMoment(webUrl: string): Promise<{ from: string; to: string }> {
  const answer = await fetch(`${webUrl}/api/v1/search?query=declined&from_time=now-1d&limit=1`)
  const [bad] = SearchOutput.parse(await answer.json()).logs
  const time = Date.parse(bad?.['@timestamp'] ?? '')
  const at = (minutes: number) => new Date(time + minutes * 60_000).toISOString()
  return { from: at(-5), to: at(5) }
}

test('the service that got worse stands first, and is asked for by a click', async ({
  search,
  page,
  heartwood,
}) => {
  await search.open({ query: SEEDED, ...(await aroundTheBadMoment(heartwood.webUrl)) })
  const services = search.byId('serviceFacet')
  await expect(services.first()).toHaveAttribute('data-value', 'payments')
  await expect(services.first()).toContainText('40 errors')
  await expect(services.first().getByTestId('service-change')).toContainText('▲ 40')

  await services
    .filter({ hasText: 'payments' })
    .getByRole('button', { name: /^payments/ })
    .click()
  await expect.poll(() => search.urlParameter('query')).toContain('service:payments')
  await services
    .filter({ hasText: 'gateway' })
    .getByRole('button', { name: /^gateway/ })
    .click()
  await expect
    .poll(() => search.urlParameter('query'))
    .toBe(`(${SEEDED}) (service:payments OR service:gateway)`)
  await services.filter({ hasText: 'payments' }).hover()
  await page.getByRole('button', { name: 'Only service payments' }).click()
  await expect.poll(() => search.urlParameter('query')).toBe(`(${SEEDED}) service:payments`)
  await page.getByRole('button', { name: 'Any service' }).click()
  await expect.poll(() => search.urlParameter('query')).toMatch(/^\(?answered OR declined\)?$/)

  await page.getByRole('combobox', { name: 'Order of the services' }).selectOption('events')
  const isSorted = async () => {
    const counts = (await services.allTextContents()).map((text) =>
      Number(/([\d,]+) ·/.exec(text)?.[1]?.replaceAll(',', '')),
    )
    return counts.length > 1 && counts.every((count, i) => i === 0 || count <= (counts[i - 1] ?? 0))
  }
  await expect.poll(isSorted).toBe(true)
})

test('fields open to their values, which are searched, asked for, left out and pinned', async ({
  search,
  page,
}) => {
  await search.open({ query: SEEDED })
  await search.byId('fieldSearch').fill('status_code')
  const status = page.locator('[data-testid="facet"]')
  await expect(status).toHaveCount(1)
  await status
    .getByRole('button', { name: /http\.response\.status_code/ })
    .first()
    .click()
  const values = status.getByTestId('facet-value')
  await expect(values).toHaveText([/^200588 · 92%/, /^50240 · 6\.3%/, /^40412 · 1\.9%/])
  await expect(status.getByText('p95')).toBeVisible()
  await expect(status.locator('dd')).toHaveText(['200', '200', '502', '502'])

  await status.getByRole('button', { name: /^404/ }).click()
  await search.expectTotal(12)
  await status.getByRole('button', { name: /^502/ }).click()
  await search.expectTotal(52)
  await status.getByRole('button', { name: 'Any http.response.status_code' }).click()
  await search.expectTotal(640)
  await values.filter({ hasText: '502' }).hover()
  await status.getByRole('button', { name: 'Without http.response.status_code 502' }).click()
  await search.expectTotal(600)
  await status.getByRole('button', { name: 'Any http.response.status_code' }).click()
  await search.expectTotal(640)
  await status.getByRole('button', { name: /above p50/ }).click()
  await search.expectTotal(52)

  await status.hover()
  await status.getByRole('button', { name: 'Add http.response.status_code as a column' }).click()
  await expect(search.list.columnNames).toHaveText([
    'time',
    'level',
    'service',
    'http.response.status_code',
    'message',
  ])
  await status.getByRole('button', { name: 'Remove the column http.response.status_code' }).click()
  await expect(search.list.columnNames).toHaveText(['time', 'level', 'service', 'message'])
  await status.getByRole('button', { name: 'Pin http.response.status_code to the top' }).click()
  await page.reload()
  await expect(page.locator('[data-testid="facet"]').first()).toHaveAttribute(
    'data-field',
    'http.response.status_code',
  )
})

test('the panel is made wider and put away by keyboard, and is a sheet on a phone', async ({
  search,
  page,
}) => {
  await search.open({ query: SEEDED })
  const panel = search.byId('fieldsPanel')
  await expect(search.byId('serviceFacet').first()).toBeVisible()
  const width = async () => (await panel.boundingBox())?.width ?? 0
  const before = await width()
  await page.getByRole('separator', { name: 'Width of the fields panel' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(width).toBe(before + 24)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await seriousFindings(page), colorScheme).toEqual([])
  }
  await page.keyboard.press('f')
  await expect(panel).toBeHidden()
  await page.reload()
  await expect(search.rows.first()).toBeVisible()
  await expect(panel).toBeHidden()

  await page.setViewportSize({ width: 390, height: 844 })
  await search.byId('fieldsToggle').click()
  await expect(panel.getByTestId('service-facet').first()).toBeVisible()
  expect(await seriousFindings(page), 'the sheet').toEqual([])
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
})
