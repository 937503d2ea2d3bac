import { seriousFindings } from '../axe.ts'
import { expect, test } from '../story.ts'

test('patterns say what the logs say; one leads to its lines, and is left out', async ({ search, page }) => {
  await search.open({ query: 'answered OR declined' })
  await search.expectTotal(640)
  await search.byId('viewSwitch').getByText('Patterns').click()
  await expect(search.byId('patternsSummary')).toHaveText('2 patterns in 640 events')
  const patterns = search.byId('pattern')
  await expect(patterns).toHaveCount(2)
  await expect(patterns.first()).toHaveAttribute('data-shape', 'GET /api/items/<*> answered in <*> ms')
  await expect(patterns.first()).toContainText('600')
  await expect(patterns.last()).toContainText('payment failed: card declined for order <*>')
  await expect.poll(() => search.urlParameter('view')).toBe('patterns')

  await patterns.last().getByRole('button').focus()
  await page.keyboard.press('Enter')
  await expect(patterns.last()).toContainText('40 error')
  await expect(patterns.last().getByRole('listitem')).toHaveCount(5)
  await expect(patterns.last().getByRole('listitem').first()).toContainText('for order 0')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await seriousFindings(page), colorScheme).toEqual([])
  }
  await search.byId('patternOnly').click()
  await search.expectTotal(40)
  await expect(search.row('card declined for order')).toBeVisible()

  await page.goBack()
  await expect(patterns).toHaveCount(2)
  await patterns.last().getByRole('button').first().click()
  await search.byId('patternWithout').click()
  await search.expectTotal(600)
  await expect(patterns).toHaveCount(1)

  await page.setViewportSize({ width: 390, height: 844 })
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
})
