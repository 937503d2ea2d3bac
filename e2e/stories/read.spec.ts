import { NASTY } from '../seed.ts'
import { expect, test } from '../story.ts'

test('markup and control codes in a log line are shown as text and do nothing', async ({ search }) => {
  await search.open({ query: '*gnp*' })
  const message = search.messages.first()
  await expect(message).toContainText('<script>document.title="owned"</script>')
  // The colour is shown as a colour; what would turn the text around is named.
  await expect(message.locator('.unseen')).toHaveText(['⟨U+202E⟩'])
  await expect(message.locator('.ansi-red')).toHaveText('red')
  await expect(search.rows.first()).toContainText('<b>bold</b>')
  await search.rows.first().click()
  await expect(search.details).toContainText('<script>document.title="owned"</script>')
  await expect(search.page.locator('script', { hasText: 'owned' })).toHaveCount(0)
  expect(await search.page.title()).not.toContain('owned')
  const shown = await search.page.locator('body').textContent()
  for (const character of ['\u001b', '\u202e']) {
    expect(NASTY).toContain(character)
    expect(shown).not.toContain(character)
  }
})

test('the keyboard alone searches, goes through the rows, opens and closes one', async ({ search }) => {
  const { keyboard } = search.page
  await search.open()
  await expect(search.rows.first()).toBeVisible()
  await keyboard.press('/')
  await keyboard.type('declined')
  await keyboard.press('Enter')
  await search.expectTotal(40)
  await search.page.getByRole('treegrid', { name: 'Logs' }).focus()
  await keyboard.press('j')
  await keyboard.press('j')
  await expect(search.rows.nth(1)).toHaveAttribute('data-active', 'true')
  await keyboard.press('Enter')
  await expect(search.details).toBeVisible()
  await expect.poll(() => search.urlParameter('open')).not.toBeNull()
  await keyboard.press('Escape')
  await expect(search.details).toBeHidden()
  await keyboard.press('?')
  await expect(search.byId('shortcuts')).toBeVisible()
})

test('a link to an opened row shows that row to whoever follows it', async ({ search, context }) => {
  await search.open({ query: 'declined' })
  await search.row('for order 17').click()
  await expect(search.details).toContainText('for order 17')
  const other = await context.newPage()
  await other.goto(search.page.url())
  await expect(other.getByTestId('log-details')).toContainText('for order 17')
})

test('times are the reader’s own, with UTC on hovering', async ({ search }) => {
  await search.open({ query: 'shelf', from: 'now-7d' })
  const time = search.rows.first().getByRole('gridcell').nth(1)
  await time.hover()
  await expect(time).toHaveAttribute('title', / {2}UTC/)
  const title = (await time.getAttribute('title')) ?? ''
  const utc = new Date((title.split('\n')[0] ?? '').replace(/ {2}UTC$/, 'Z').replace(' ', 'T'))
  // The stories' browser lives in Kolkata, 5:30 ahead.
  const there = new Date(utc.getTime() + 330 * 60_000).toISOString()
  await expect(time).toHaveText(`${there.slice(5, 10)} ${there.slice(11, 23)}`)
})
