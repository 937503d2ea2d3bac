import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { damageRecord, publishMiscounted } from '../damaged-queue.ts'
import { freePorts } from '../free-ports.ts'
import { type HeartwoodProcess, startHeartwood } from '../heartwood-process.ts'
import { DeadLettersPage } from '../pages/dead-letters-page.ts'
import { SearchPage } from '../pages/search-page.ts'
import { expect, test as story } from '../story.ts'

const RAW = Buffer.from([0x00, 0xff, 0xfe, 0x1f, 0x8b, 0x08, 0x00, 0xc3, 0x28, 0x80, 0x81, 0x82])

/** A Heartwood with letters: a record whose checksum is wrong, and two whose records were counted wrongly. */
const test = story.extend<object, { readonly damaged: HeartwoodProcess }>({
  damaged: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are used from the pattern
    async ({}, use) => {
      const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-letters-'))
      {
        // Nothing indexes yet: what is sent stays in the queue.
        const sent = await startHeartwood({
          dataDir,
          ports: await freePorts(),
          apps: ['ingest', 'query', 'web'],
        })
        const lines = [
          '{"level":"info","message":"before the flip"}',
          '{"level":"info","message":"flipped-record"}',
        ]
        const answer = await fetch(`${sent.ingestUrl}/ingest?service=shop`, {
          method: 'POST',
          body: lines.join('\n'),
        })
        expect(answer.status).toBe(200)
        await sent.stop()
      }
      await damageRecord(join(dataDir, 'queue'), 'flipped-record')
      await publishMiscounted(join(dataDir, 'queue'), [Buffer.from('{"message":"\u202eone\u0007"}'), RAW])
      const heartwood = await startHeartwood({ dataDir, ports: await freePorts() })
      await use(heartwood)
      await heartwood.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious about letters in the ${colorScheme} theme, and they fit a narrow screen`, async ({
    page,
    damaged,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const letters = new DeadLettersPage(page, damaged.webUrl)
    await letters.open()
    await expect(letters.rows).toHaveCount(3)
    expect(await findings(page), 'the list').toEqual([])
    await letters.rows.first().click()
    await expect(letters.byId('letterSample')).toBeVisible()
    expect(await findings(page), 'an opened letter').toEqual([])
    await letters.byId('dismissOne').click()
    await expect(letters.byId('confirmDismiss')).toBeVisible()
    expect(await findings(page), 'the question').toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 390, height: 844 })
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
    await expect.poll(overflow).toBe(0)
    await letters.rows.first().click()
    await expect(letters.byId('letterSample')).toBeVisible()
    await expect.poll(overflow).toBe(0)
  })
}

test('letters are counted in the top bar, lead to their page, and are replayed and dismissed there', async ({
  page,
  damaged,
}) => {
  const search = new SearchPage(page, damaged.webUrl)
  const letters = new DeadLettersPage(page, damaged.webUrl)
  await page.goto(damaged.webUrl)
  await expect(search.byId('deadLetters')).toHaveAccessibleName('Dead letters: 3 (D)')
  await page.keyboard.press('Shift+D')
  await expect(letters.byId('letterCount')).toHaveText('3 dead letters')
  await expect(letters.byId('letterGroup')).toHaveCount(2)
  await expect(letters.rows).toHaveCount(3)

  await letters.rows.filter({ hasText: 'one' }).click()
  await expect(letters.byId('letterSample')).toContainText('BEL')
  await expect(letters.drawer).toContainText('miscounted-0')
  await page.keyboard.press('Escape')
  await letters.rows.nth(0).click()
  await expect(letters.byId('letterSample')).toContainText(/00000000 {2}00 ff fe 1f|BEL/)
  await page.keyboard.press('Escape')

  await letters.byId('letterGroup').filter({ hasText: 'the body has' }).click()
  await expect(letters.byId('letterCount')).toHaveText('2 dead letters of 3 match')
  await expect(page).toHaveURL(/step=decode/)
  await letters.byId('replayAll').click()
  await expect(letters.byId('replayProgress')).toHaveText('Replayed 2 dead letters: 2 failed again.', {
    timeout: 30_000,
  })
  await expect(letters.rows.first()).toContainText('tried 2 times')
  await letters.byId('dismissAll').click()
  await expect(letters.byId('confirmDismiss')).toContainText('Dismiss 2 dead letters?')
  await letters.byId('confirmDismiss').getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText('No dead letter matches the filters.')).toBeVisible()

  await letters.open()
  await letters.rows.first().click()
  await expect(letters.drawer).toContainText('the checksum of the record does not match')
  await letters.byId('replayOne').click()
  await expect(letters.byId('replayProgress')).toHaveText('Replayed 1 dead letter: 1 gone.', {
    timeout: 30_000,
  })
  await letters.byId('replayProgress').getByRole('button', { name: 'Close' }).click()
  await expect(letters.byId('allIsWell')).toBeVisible()

  await search.open({ query: 'service:shop' })
  await search.expectTotal(2)
  await expect(search.byId('deadLetters')).toBeHidden()
})

test('where there are no dead letters the page says that all is well', async ({ page, heartwood }) => {
  const letters = new DeadLettersPage(page, heartwood.webUrl)
  await letters.open()
  await expect(letters.byId('allIsWell')).toBeVisible()
  expect(await findings(page)).toEqual([])
  await letters.byId('allIsWell').getByRole('link', { name: 'To the logs' }).click()
  await expect(new SearchPage(page, heartwood.webUrl).query).toBeVisible()
})

/** Rules whose breach keeps someone out. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
