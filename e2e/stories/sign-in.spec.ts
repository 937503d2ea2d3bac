import { SearchPage } from '../pages/search-page.ts'
import { expect, ownHeartwood, test } from '../story.ts'

const TOKEN = 'a-story-token-of-more-than-thirty-two-characters'

test('with an access token the page asks for it once, then shows what was asked for', async ({ page }) => {
  await using heartwood = await ownHeartwood({ HEARTWOOD_ACCESS_TOKEN: TOKEN })
  const search = new SearchPage(page, heartwood.webUrl)
  await page.goto(`${heartwood.webUrl}/?query=level%3Aerror`)
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await page.getByLabel('Access token').fill('not the token, but long enough to be one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText('not the access token')
  await page.getByLabel('Access token').fill(TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await search.expectQuery('level:error')
  await expect(search.byId('curlLine')).toContainText('Authorization: Bearer $HEARTWOOD_ACCESS_TOKEN')
  expect(await page.evaluate('document.cookie')).not.toContain('heartwood_session')
  await page.reload()
  await expect(search.query).toBeVisible()
  await search.byId('signOut').click()
  await expect(page.getByLabel('Access token')).toBeVisible()
  await page.goto(heartwood.webUrl)
  await expect(page).toHaveURL(/\/sign-in/)
})
