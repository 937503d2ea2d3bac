import { expect, test } from '../story.ts'

test('a question is asked by keyboard alone: a field, a value by how often it occurs, more of it, and its history', async ({
  search,
  page,
}) => {
  await search.open()
  await expect(search.editor).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('serv')
  await expect(search.suggestions.first()).toContainText('service')
  await page.keyboard.press('Tab')
  await search.expectQuery('service:')
  // As many as the whole range has, the commonest first.
  await expect(search.suggestions.first()).toHaveText(/^payments\d+$/)
  await page.keyboard.type('ch')
  await expect(search.suggestions).toHaveText([/^checkout\d+$/])
  await page.keyboard.press('Tab')
  await page.keyboard.type('level:')
  // The rest of the query narrows what is counted.
  await expect(search.suggestions.first()).toHaveText('info120')
  await page.keyboard.type('warn')
  // A value that is whole needs no suggestions.
  await expect(search.suggestions).toHaveCount(0)
  await page.keyboard.press('Control+Enter')
  await search.expectTotal(1)
  await expect.poll(() => search.urlParameter('query')).toBe('service:checkout level:warn')

  await search.query.press('Escape')
  await expect(search.query).not.toBeFocused()
  await search.byId('queryHistory').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('level')
  await expect(search.byId('queryHistoryList').getByRole('listitem')).toHaveCount(1)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(search.byId('queryHistoryList')).toContainText('No query was run')
})

test('what was typed before the editor came is kept, with the cursor', async ({ search, page }) => {
  // The editor's script waits until the text is typed.
  let release = () => {}
  const typed = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    const response = await route.fetch()
    if ((await response.text()).includes('cm-content')) await typed
    await route.fulfill({ response })
  })
  await search.open()
  await expect(search.rows.first()).toBeVisible()
  await search.query.click()
  await page.keyboard.type('declned')
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft')
  release()
  await expect(search.editor).toBeVisible()
  await page.keyboard.type('i')
  await page.keyboard.press('Enter')
  await search.expectTotal(40)
})

test('mistakes are mended by a click or a key, and a name that no log has is offered as one that does', async ({
  search,
  page,
}) => {
  await search.open()
  await expect(search.editor).toBeVisible()
  await search.ask('level:error (serivce:payments')
  await expect(search.byId('queryError')).toContainText('Missing closing parenthesis')
  await search.byId('queryFix').filter({ hasText: 'Close the parenthesis' }).click()
  await search.expectQuery('level:error (serivce:payments)')
  await expect(search.byId('queryHint')).toContainText('No log in this range has a field serivce')
  await page.keyboard.press('Alt+Enter')
  await search.expectQuery('level:error (service:payments)')
  await page.keyboard.press('Enter')
  await search.expectTotal(40)
  await search.ask("level=error && 'payment failed'")
  await expect(search.byId('queryHint').getByRole('listitem')).toHaveCount(3)
})

test('queries of other products are offered in this language, with what is lost; several lines are one query', async ({
  search,
  page,
}) => {
  await search.open()
  await expect(search.editor).toBeVisible()
  await search.query.fill('{app="payments", level=~"error|fatal"} |= "declined" | line_format "{{.x}}"')
  await expect(search.byId('queryHint')).toContainText('This is Loki')
  await expect(search.byId('queryHint')).toContainText('changes how a line looks')
  await search.byId('queryFix').click()
  await search.expectQuery('service:payments (level:error OR level:fatal) /declined/')
  await page.keyboard.press('Enter')
  await search.expectTotal(40)
  await search.query.fill('status:error @http.status:502')
  await page.keyboard.press('Control+.')
  await search.expectQuery('level:error http.status:502')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('declined')
  await page.keyboard.press('Enter')
  await search.expectTotal(40)
  await search.query.fill('service:(payments OR checkout)')
  await page.keyboard.press('Enter')
  await expect.poll(() => search.urlParameter('query')).toBe('service:(payments OR checkout)')
  await expect(search.byId('queryHint')).toBeHidden()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in the query bar, ${colorScheme}`, async ({ search, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await search.open()
    await expect(search.editor).toBeVisible()
    await search.query.fill('NOT a:"b c" level:(error OR warn) /re\\d/ x>=5 (serivce:x')
    await expect(search.byId('queryError')).toBeVisible()
    expect(await search.seriousFindings('header'), 'an error').toEqual([])
    await search.query.fill('service:')
    await expect(search.suggestions.first()).toBeVisible()
    expect(await search.seriousFindings('header', '.cm-tooltip'), 'values').toEqual([])
    await page.keyboard.press('Escape')
    await search.byId('queryHistory').click()
    await expect(search.byId('queryHistoryList')).toBeVisible()
    expect(await search.seriousFindings('[role=dialog]'), 'the history').toEqual([])
  })
}
