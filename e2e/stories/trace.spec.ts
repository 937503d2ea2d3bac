import AxeBuilder from '@axe-core/playwright'
import { TracePage } from '../pages/trace-page.ts'
import { type Line, send } from '../seed.ts'
import { expect, test } from '../story.ts'

/** A purchase that fails in its third service, after a second without a word; a day ago, so that no default range holds it. */
function purchase(traceId: string, requestId: string): Line[] {
  const start = Date.now() - 26 * 3_600_000
  const line = (millis: number, service: string, level: string, message: string): Line => ({
    '@timestamp': new Date(start + millis).toISOString(),
    service,
    level,
    message,
    trace_id: traceId,
    request_id: requestId,
    span_id: `span-${service}`,
    hostname: 'node-1',
  })
  return [
    line(0, 'front', 'info', 'purchase begun'),
    line(20, 'till', 'info', 'asks the bank'),
    line(40, 'bank', 'warn', 'is slow'),
    line(1_240, 'bank', 'error', 'card declined'),
    line(1_250, 'till', 'error', 'purchase failed'),
    line(1_260, 'front', 'info', 'told the buyer'),
  ]
}

test('a trace tells across services what happened when: length, gaps, the first error; the keyboard alone goes through it', async ({
  search,
  page,
  heartwood,
}) => {
  await send(heartwood, purchase('purchase-1', 'req-1'))
  const trace = new TracePage(page, heartwood.webUrl)
  await search.open({ query: '"told the buyer"', from: 'now-7d' })
  await search.rows.first().click()
  await search.byId('traceLink').click()
  await expect(trace.facts).toContainText('1.26 s')
  await expect(trace.facts).toContainText('6 lines · 3 services')
  await expect(trace.lines).toHaveText([/begun/, /asks/, /slow/, /declined/, /failed/, /told/])
  await expect(trace.byId('traceGap')).toHaveText('1.2 s without a log')
  await expect(trace.byId('firstError')).toContainText('+1.24 s')
  await trace.byId('firstError').click()
  await expect(trace.details).toContainText('card declined')

  const { keyboard } = page
  await keyboard.press('j')
  await expect(trace.details).toContainText('purchase failed')
  await keyboard.press('Escape')
  await expect(trace.details).toBeHidden()
  await expect(page.getByRole('grid', { name: 'Lines' })).toBeFocused()

  await trace.service('bank').focus()
  await keyboard.press('Enter')
  await expect(trace.lines).toHaveText([/slow/, /declined/])
  await trace.byId('traceLevel').filter({ hasText: 'error' }).click()
  await expect(trace.lines).toHaveText([/declined/])
  await page.reload()
  await expect(trace.lines).toHaveText([/declined/])

  await trace.byId('backToSearch').click()
  await search.expectQuery('"told the buyer"')
  await expect.poll(() => search.urlParameter('open')).not.toBeNull()
})

test('the lines before and after a log are those of its host, opened by a click and shown in the list', async ({
  search,
  heartwood,
}) => {
  await send(heartwood, purchase('purchase-2', 'req-2'))
  await search.open({ query: 'trace_id:purchase-2 declined', from: 'now-7d' })
  await search.rows.first().click()
  await search.details.getByRole('tab', { name: 'Context' }).click()
  const context = search.byId('context')
  await expect(context.getByRole('button', { name: 'host node-1' })).toHaveAttribute('aria-pressed', 'true')
  await expect(context.locator('[aria-current]')).toContainText('card declined')
  await expect(context).toContainText('1.2 s without a log')
  await context.getByRole('button', { name: 'host node-1' }).click()
  await context.getByRole('button', { name: 'service bank' }).click()
  await expect(context).not.toContainText('purchase failed')
  await context
    .getByRole('button', { name: /is slow/ })
    .last()
    .click()
  await expect(search.byId('detailsMessage')).toHaveText('is slow')
  await context.getByRole('link', { name: 'Show in the list' }).click()
  await search.expectQuery('hostname:node-1')
  await expect(search.byId('detailsMessage')).toHaveText('is slow')
})

test('an id of any characters has its page, on which it is only text; an id that nothing has says so', async ({
  page,
  heartwood,
}) => {
  const id = 'r/42?"x"&<b>bold</b>%25\u202eü'
  await send(heartwood, purchase('purchase-3', id))
  const trace = new TracePage(page, heartwood.webUrl)
  await trace.open('request', id)
  await expect(trace.lines).toHaveCount(6)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('r/42?"x"&<b>bold</b>%25⟨U+202E⟩ü')
  await expect(page.locator('main b, h1 b')).toHaveCount(0)
  for (const nothing of ['no-such-id', 'x'.repeat(300), '%', "'; --"]) {
    await trace.open('trace', nothing)
    await expect(trace.byId('noSuchTrace')).toContainText(nothing)
  }
  await trace.open('trace', 'purchase-3', '?level=debug')
  await expect(page.getByText('No line is of what is chosen.')).toBeVisible()
  await page.getByRole('button', { name: 'Show all lines' }).click()
  await expect(trace.lines).toHaveCount(6)
})

test('a trace of very many lines is counted whole and shown in parts, and any of it is chosen from', async ({
  page,
  heartwood,
}) => {
  const start = Date.now() - 3_600_000
  const lines = Array.from(
    { length: 7_000 },
    (_, i): Line => ({
      '@timestamp': new Date(start + i).toISOString(),
      service: i % 2 === 0 ? 'odd-jobs' : 'even-jobs',
      level: i === 6_500 ? 'error' : 'info',
      message: `step ${i}`,
      trace_id: 'long-job',
    }),
  )
  await send(heartwood, lines)
  const trace = new TracePage(page, heartwood.webUrl)
  await trace.open('trace', 'long-job')
  await expect(trace.facts).toContainText('7,000 lines · 2 services')
  await expect(trace.byId('traceBounds')).toContainText('the first 1,000 of 7,000 lines')
  await expect(trace.byId('firstError')).toContainText('step 6500')
  await trace.byId('traceLevel').filter({ hasText: 'error' }).click()
  await expect(trace.lines).toHaveText([/step 6500/])
  await trace.byId('traceLevel').filter({ hasText: 'error' }).click()
  await page.getByRole('grid', { name: 'Lines' }).press('End')
  await trace.byId('traceMore').getByRole('button', { name: 'Show 5,000 more' }).click()
  await expect(trace.byId('traceBounds')).toContainText('the first 6,000 of 7,000 lines')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on a trace and its details in the ${colorScheme} theme`, async ({
    page,
    heartwood,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await send(heartwood, purchase(`purchase-${colorScheme}`, `req-${colorScheme}`))
    const trace = new TracePage(page, heartwood.webUrl)
    const findings = async () => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
    }
    await trace.open('trace', `purchase-${colorScheme}`)
    await trace.byId('firstError').click()
    for (const tab of ['Fields', 'Context', 'JSON']) {
      await trace.details.getByRole('tab', { name: tab }).click()
      await expect(trace.details.getByRole('tabpanel')).toContainText('bank')
      expect(await findings(), tab).toEqual([])
    }
    await trace.open('trace', 'no-such-id')
    await expect(trace.byId('noSuchTrace')).toBeVisible()
    expect(await findings(), 'no such trace').toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await trace.open('trace', `purchase-${colorScheme}`)
    await expect(trace.lines.first()).toBeVisible()
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
  })
}
