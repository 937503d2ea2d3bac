import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { type HeartwoodProcess, signalIfAlive } from '../heartwood-process.ts'
import { SearchPage } from '../pages/search-page.ts'
import { StatusPage } from '../pages/status-page.ts'
import { type Line, send } from '../seed.ts'
import { expect, ownHeartwood, test as story } from '../story.ts'

const NOW = Date.now()
const DAY_MILLIS = 86_400_000
const TODAY = dayOf(NOW)
const BEFORE = dayOf(NOW - 3 * DAY_MILLIS)
const LINES = [
  ...lines(30, 'checkout', 'a basket is paid', TODAY),
  ...lines(12, 'cart', 'a thing is put into a basket', TODAY),
  ...lines(7, 'cart', 'user 4711 wants to be forgotten', TODAY),
  ...lines(5, 'login', 'someone came in', BEFORE),
]

/** A Heartwood whose logs are all known. */
const test = story.extend<object, { readonly known: HeartwoodProcess }>({
  known: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are used from the pattern
    async ({}, use) => {
      await using heartwood = await ownHeartwood()
      await send(heartwood, LINES)
      await use(heartwood)
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

test('the numbers are those of what was sent, down to the services of a day, which lead to their logs', async ({
  page,
  known,
}) => {
  const search = new SearchPage(page, known.webUrl)
  const status = new StatusPage(page, known.webUrl)
  await search.open()
  await expect(search.byId('statusLink')).toBeVisible()
  await page.keyboard.press('Shift+S')
  await expect(page).toHaveURL(/\/status$/)
  await expect(status.byId('stored')).toContainText('54 events')
  await expect(status.byId('rateIn')).toContainText('54 since ingest started')
  await expect(status.day(TODAY)).toContainText('49 events')
  await expect(status.day(BEFORE)).toContainText('5 events')
  await expect(status.byId('process')).toHaveCount(7)
  await expect(status.byId('statusTrouble')).toBeHidden()

  await status.day(TODAY).getByRole('button', { expanded: false }).click()
  const services = status.day(TODAY).getByTestId('day-services').getByRole('listitem')
  await expect(services).toHaveText([/^checkout30/, /^cart19/])
  await services.getByRole('link', { name: 'cart' }).click()
  await search.expectQuery('service:cart')
  await search.expectTotal(19)
})

test('what comes in is seen coming, and an app that hangs or dies is shown as down until it is back', async ({
  page,
  known,
}) => {
  const status = new StatusPage(page, known.webUrl)
  await status.open()
  const alerter = status.process('alerter')
  await expect(alerter).toContainText('up')
  await expect(status.byId('rateIn')).toContainText('0 events/s')
  await send(known, lines(40, 'rush', 'many at once', TODAY))
  await expect(status.byId('rateIn')).not.toContainText(/measuring|^Coming in0 events/)

  const { alerter: pid = 0, query = 0 } = Object.fromEntries(known.pids())
  process.kill(pid, 'SIGSTOP')
  await expect(alerter).toContainText('down')
  await expect(status.byId('statusTrouble')).toContainText('alerter is down')
  await expect(status.process('indexer')).toContainText('up')
  signalIfAlive(pid, 'SIGKILL')
  await expect(alerter).toContainText('up', { timeout: 30_000 })
  await expect(status.byId('statusTrouble')).toBeHidden()

  process.kill(query, 'SIGSTOP')
  await expect(status.byId('statusAway')).toContainText('the page goes on by itself')
  signalIfAlive(query, 'SIGKILL')
  await expect(status.byId('statusAway')).toBeHidden({ timeout: 30_000 })
  await expect(status.process('query')).toContainText('up')
})

test('by keyboard alone logs are counted, deleted once their number is typed, and found no more', async ({
  page,
  known,
}) => {
  const search = new SearchPage(page, known.webUrl)
  const status = new StatusPage(page, known.webUrl)
  await status.open()
  await status.byId('deleteLogs').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('service:cart (forgotten')
  await page.keyboard.press('Enter')
  await expect(status.dialog.getByRole('alert')).toContainText('parenthesis')
  await page.keyboard.press('End')
  await page.keyboard.type(')')
  await page.keyboard.press('Enter')
  await expect(status.byId('deleteCount')).toHaveText('7 logs')
  await expect(status.byId('deleteServices')).toHaveText('cart 7')
  await page.keyboard.type('8')
  await page.keyboard.press('Enter')
  await expect(status.byId('deleteCount')).toHaveText('7 logs')
  await page.keyboard.press('Backspace')
  await page.keyboard.type('7')
  await page.keyboard.press('Enter')
  await expect(status.byId('deleteOutcome')).toContainText('7 logs deleted')
  await page.keyboard.press('Enter')
  await expect(status.dialog).toBeHidden()
  await expect(status.day(TODAY)).not.toContainText('49 events')

  await search.open({ query: 'forgotten', from: 'now-7d' })
  await expect(search.byId('nothingMatched')).toBeVisible()
  await search.ask('service:cart')
  await search.expectTotal(12)
})

test('a day is deleted from its row, and only it', async ({ page, known }) => {
  const status = new StatusPage(page, known.webUrl)
  await status.open()
  const rest = await status
    .day(TODAY)
    .getByText(/events/)
    .innerText()
  await status.day(BEFORE).getByRole('button', { name: 'Delete the logs of' }).click()
  await status.dialog.getByRole('button', { name: 'Count what would go' }).click()
  await expect(status.byId('deleteCount')).toHaveText('5 logs')
  const go = status.dialog.getByRole('button', { name: 'Delete 5 logs' })
  await expect(go).toBeDisabled()
  await status.dialog.getByRole('textbox').fill('delete')
  await go.click()
  await expect(status.byId('deleteOutcome')).toContainText('5 logs deleted')
  await page.keyboard.press('Escape')
  await expect(status.day(BEFORE)).toBeHidden()
  await expect(status.day(TODAY)).toContainText(rest)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious about the status in the ${colorScheme} theme, and it fits a narrow screen`, async ({
    page,
    heartwood,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const status = new StatusPage(page, heartwood.webUrl)
    await status.open()
    await status.byId('storedDay').first().getByRole('button', { expanded: false }).click()
    await expect(status.byId('dayServices')).toBeVisible()
    expect(await findings(page), 'the page').toEqual([])
    await status.byId('deleteLogs').click()
    await status.dialog.getByRole('button', { name: 'Count what would go' }).click()
    await expect(status.dialog.getByRole('alert')).toBeVisible()
    expect(await findings(page), 'a mistake').toEqual([])
    await page.keyboard.type('checkout')
    await page.keyboard.press('Enter')
    await expect(status.byId('deleteCount')).toBeVisible()
    expect(await findings(page), 'the question').toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
    await expect.poll(overflow).toBe(0)
    await page.keyboard.press('Escape')
    await expect.poll(overflow).toBe(0)
  })
}

/** Lines of a service about noon of a UTC day, or now where that is earlier, a second apart. */
function lines(count: number, service: string, message: string, day: string): Line[] {
  const newest = Math.min(NOW, Date.parse(day) + DAY_MILLIS / 2)
  return Array.from({ length: count }, (_, i) => ({
    '@timestamp': new Date(Math.max(Date.parse(day), newest - i * 1_000)).toISOString(),
    level: 'info',
    service,
    message,
  }))
}

function dayOf(millis: number): string {
  return new Date(millis).toISOString().slice(0, 10)
}

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
