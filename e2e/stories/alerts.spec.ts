import { send } from '../seed.ts'
import { expect, test } from '../story.ts'

test('a rule that fires is shown, with the way to its logs', async ({ search, heartwood }) => {
  await search.open()
  await expect(search.byId('alerts')).toHaveAccessibleName('Alerts: none firing')
  await send(heartwood, [{ level: 'info', service: 'pottery', message: 'the kiln is cold again' }])
  await expect(search.byId('alerts')).toHaveAccessibleName('Alerts: 1 firing', { timeout: 30_000 })
  await search.byId('alerts').click()
  await expect(search.byId('alertsList')).toContainText('critical, firing')
  await search
    .byId('alertsList')
    .getByRole('link', { name: /The kiln is cold/ })
    .click()
  await search.expectQuery('"kiln is cold"')
  await expect(search.row('the kiln is cold again')).toBeVisible()
})
