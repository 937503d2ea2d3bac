import { seriousFindings } from '../axe.ts'
import { AuditPage } from '../pages/audit-page.ts'
import { SearchPage } from '../pages/search-page.ts'
import { expect, test } from '../story.ts'

test('what was asked and deleted is on the audit page, found by keys and filters, and among no logs', async ({
  page,
  heartwood,
}) => {
  const search = new SearchPage(page, heartwood.webUrl)
  const audit = new AuditPage(page, heartwood.webUrl)
  await page.goto(`${heartwood.webUrl}/?query=audited-word-of-the-story`)
  await expect(search.byId('nothingMatched')).toBeVisible()
  const deleted = await page.request.post(`${heartwood.webUrl}/api/v1/delete`, {
    data: { query: 'service:nobody-at-all', from_time: 'now-1h', to_time: 'now' },
  })
  expect(deleted.ok()).toBe(true)
  await page.keyboard.press('Shift+A')
  await expect(page.getByRole('heading', { name: 'Audit', level: 1 })).toBeVisible()

  const row = await audit.untilRow('search: audited-word-of-the-story')
  await expect(row).toContainText('owner 127.0.0.1')
  await row.click()
  await expect(audit.drawer).toContainText('heartwood.query')
  await expect(audit.drawer).toContainText('audited-word-of-the-story')
  await page.keyboard.press('Escape')
  await expect(audit.drawer).toBeHidden()

  await audit.untilRow('delete: service:nobody-at-all')
  await audit
    .byId('auditAction')
    .filter({ hasText: /^delete/ })
    .click()
  await expect(page).toHaveURL(/query=event\.action/)
  await expect(audit.rows).toHaveText([/delete: service:nobody-at-all$/, /\(begun\)$/])
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(audit.drawer).toContainText('heartwood.deleted')
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type('event.action:no-such-action')
  await page.keyboard.press('Enter')
  await expect(audit.byId('auditNothing')).toContainText('No audit event matches')

  await page.goto(`${heartwood.webUrl}/?query=service:heartwood`)
  await expect(search.byId('nothingMatched')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious about audit events in the ${colorScheme} theme, and they fit a narrow screen`, async ({
    page,
    heartwood,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const audit = new AuditPage(page, heartwood.webUrl)
    await audit.open()
    await (await audit.untilRow('settings are in force')).click()
    await expect(audit.drawer).toContainText('HEARTWOOD_RETENTION_DAYS')
    expect(await seriousFindings(page), 'an opened event').toEqual([])
    await page.keyboard.press('Escape')
    expect(await seriousFindings(page), 'the list').toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
    await expect.poll(overflow).toBe(0)
    await audit.open({ query: 'event.action:nothing' })
    await expect(audit.byId('auditNothing')).toBeVisible()
    expect(await seriousFindings(page), 'no event').toEqual([])
    await expect.poll(overflow).toBe(0)
  })
}
