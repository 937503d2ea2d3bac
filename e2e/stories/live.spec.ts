import { send } from '../seed.ts'
import { expect, test } from '../story.ts'

const line = (message: string) => ({ level: 'info', service: 'live-story', message })

test('a new line appears in the live tail by itself', async ({ search, heartwood }) => {
  await search.open({ query: 'service:live-story' })
  await search.byId('live').click()
  await expect(search.page.getByText('Live', { exact: true }).last()).toBeVisible()
  await expect(search.byId('tailStats')).toBeVisible()
  await send(heartwood, [line('the first live line')])
  await expect(search.row('the first live line')).toBeVisible()
  await send(heartwood, [line('the second live line')])
  await expect(search.messages.first()).toHaveText('the second live line')
  await expect(search.byId('tailStats')).toContainText('2 shown of 2 matched')
})

test('reading a row pauses the tail; resuming shows what came meanwhile', async ({ search, heartwood }) => {
  await send(heartwood, [line('read me in peace')])
  await search.open({ query: 'service:live-story', live: 'true' })
  await search.row('read me in peace').click()
  await expect(search.details).toBeVisible()
  await expect(search.byId('tailStats')).toBeVisible()
  await send(heartwood, [line('arrived while reading')])
  await expect(search.byId('resume')).toHaveText('Resume (1 new)')
  await expect(search.row('arrived while reading')).toHaveCount(0)
  await search.byId('resume').click()
  await expect(search.messages.first()).toHaveText('arrived while reading')
  await expect(search.details).toBeHidden()
})
