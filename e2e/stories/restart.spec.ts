import { send } from '../seed.ts'
import { expect, test } from '../story.ts'

test('a live tail goes on by itself after the query app was killed, and misses nothing', async ({
  search,
  heartwood,
}) => {
  const line = (message: string) => ({ level: 'info', service: 'restart-story', message })
  await send(heartwood, [line('before the crash')])
  await search.open({ query: 'service:restart-story', live: 'true' })
  await expect(search.row('before the crash')).toBeVisible()
  await expect(search.byId('tailStats')).toBeVisible()
  const query = heartwood.pids().get('query')
  if (query === undefined) throw new Error('there is no query app')
  process.kill(query, 'SIGKILL')
  await expect(search.page.getByText('Connection lost, trying again…')).toBeVisible()
  // Ingest never needed the query app: this line is accepted while it is away.
  await send(heartwood, [line('during the crash')])
  await expect(search.row('during the crash')).toBeVisible({ timeout: 30_000 })
  await expect(search.page.getByText('Connection lost, trying again…')).toBeHidden()
  await send(heartwood, [line('after the crash')])
  await expect(search.messages.first()).toHaveText('after the crash')
})

test('a search asked while the query app restarts is answered by itself', async ({ search, heartwood }) => {
  await search.open()
  await expect(search.rows.first()).toBeVisible()
  const query = heartwood.pids().get('query')
  if (query === undefined) throw new Error('there is no query app')
  process.kill(query, 'SIGKILL')
  await search.page.keyboard.press('r')
  await expect(search.byId('searchError')).toContainText('These logs were found before.')
  await expect(search.rows.first()).toBeVisible()
  await expect(search.byId('searchError')).toHaveCount(0)
  await search.ask('declined')
  await search.expectTotal(40)
})
