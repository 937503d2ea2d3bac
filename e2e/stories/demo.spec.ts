import type { HeartwoodProcess } from '../heartwood-process.ts'
import { SearchPage } from '../pages/search-page.ts'
import { send } from '../seed.ts'
import { expect, ownHeartwood, test } from '../story.ts'

// One demo for all of them: its first hour takes a moment.
test.describe.configure({ mode: 'serial', timeout: 180_000 })

let heartwood: HeartwoodProcess
test.beforeAll(async () => {
  heartwood = await ownHeartwood({ HEARTWOOD_DEMO: 'on' })
})
test.afterAll(() => heartwood[Symbol.asyncDispose]())

test('who knows nothing but the page finds which service is the cause', async ({ page }) => {
  const search = new SearchPage(page, heartwood.webUrl)
  await search.open()

  await test.step('an alert fires, and leads to its logs', async () => {
    await expect(search.byId('firingStrip')).toContainText('Demo shop: shoppers see errors', {
      timeout: 120_000,
    })
    await search.byId('firingStrip').getByRole('link', { name: 'Show its logs' }).click()
    await search.expectQuery('environment:demo service:web level>=error')
    await expect.poll(() => search.urlParameter('to')).not.toBe('now')
    await expect(search.row('request failed')).toBeVisible()
  })

  await test.step('the trace of one of them names the services it went through', async () => {
    await search.row('cart could not reserve').click()
    await search.byId('traceLink').first().click()
    await expect(
      search
        .byId('traceLine')
        .filter({ hasText: /error\s*inventory/ })
        .first(),
    ).toBeVisible()
    await expect(
      search
        .byId('traceLine')
        .filter({ hasText: /error\s*cart/ })
        .first(),
    ).toBeVisible()
    await search.byId('backToSearch').click()
  })

  await test.step('errors by service lead to the database, which says why', async () => {
    await search.ask('environment:demo level>=error')
    await search.byId('serviceChip').filter({ hasText: 'database' }).click()
    await search.row('lock timeout').click()
    await expect(search.details).toContainText('holds AccessExclusiveLock on relation "stock"')
    await expect(search.details).toContainText('ALTER TABLE stock')
  })
})

test('once own logs are there, the demo can be hidden, and stays hidden until it is shown again', async ({
  page,
}) => {
  const search = new SearchPage(page, heartwood.webUrl)
  await search.open()
  await expect(search.byId('demo')).toBeVisible()
  await expect(search.byId('demoOffer')).toBeHidden()
  await send(heartwood, [{ level: 'warn', service: 'bakery', message: 'the oven is too hot' }])
  await expect(search.byId('demoOffer')).toContainText('Your own logs have arrived', { timeout: 30_000 })
  await search.byId('demoOffer').getByRole('button', { name: 'Hide the demo' }).click()
  await search.expectQuery('NOT environment:demo')
  await search.expectTotal(1)
  await expect(search.row('the oven is too hot')).toBeVisible()
  await expect(search.byId('demoOffer')).toBeHidden()

  await search.open()
  await search.expectQuery('NOT environment:demo')
  await search.byId('demo').click()
  await search.byId('demoMenu').getByRole('button', { name: 'Show its logs' }).click()
  await search.expectQuery('')
  await expect(search.total).not.toHaveText(/^1 event/)
})

test('deleted, nothing is left of it but what others sent', async ({ page }) => {
  const search = new SearchPage(page, heartwood.webUrl)
  await search.open()
  await search.byId('demo').click()
  await search.byId('demoAskDelete').click()
  await search.byId('demoDelete').click()
  await expect(page.getByText(/The demo is gone: [\d,]+ logs deleted/)).toBeVisible({ timeout: 120_000 })
  await search.expectTotal(1)
  await expect(search.row('the oven is too hot')).toBeVisible()
  await expect(search.byId('demo')).toBeHidden()
  await expect(search.byId('alerts')).toHaveAccessibleName('Alerts: none firing', { timeout: 60_000 })
  await search.byId('alerts').click()
  await expect(search.byId('alertsList')).not.toContainText('Demo shop')
  await expect.poll(() => heartwood.pids().has('demo')).toBe(false)
})
