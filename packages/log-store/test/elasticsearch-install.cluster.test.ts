import { expect, test } from 'vitest'
import { z } from 'zod'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { batchOf, DAY, draft, EVER, query, RECENT } from '../src/contract/store-under-test.ts'
import { indexTemplate } from '../src/elasticsearch/mapping.ts'
import { eventIndex, indexNames } from '../src/elasticsearch/names.ts'
import { newIndices } from './elasticsearch/store-under-test.ts'

const Made = z.record(
  z.string(),
  z.object({
    mappings: z.object({ properties: z.record(z.string(), z.unknown()) }),
    settings: z.object({ index: z.object({ number_of_shards: z.string() }) }),
  }),
)

test('the latest start wins: what is made from then on is made by its template, and indices beside the events get its fields at once', async () => {
  const address = await sharedServer('elasticsearch')
  const indices = newIndices(address)
  const { prefix } = indices
  const { deadLetters } = indexNames(prefix)
  const put = async (path: string, body: object) => {
    const answer = await fetch(`${address}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.ok, await answer.text()).toBe(true)
  }
  const madeOf = async (index: string) => {
    const answer = Made.parse(await (await fetch(`${address}/${index}`)).json())[index]
    if (answer === undefined) throw new Error(`there is no index ${index}`)
    return { fields: Object.keys(answer.mappings.properties), shards: answer.settings.index.number_of_shards }
  }
  // What an older version has left, which had fewer fields, and was told of more shards.
  const template = indexTemplate({ prefix, shards: 2, replicas: 0 })
  const { pod: _newer, ...properties } = template.template.mappings.properties
  const mappings = { ...template.template.mappings, properties }
  await put(`/_index_template/heartwood-${prefix}events`, {
    ...template,
    template: { ...template.template, mappings },
  })
  const older = eventIndex(prefix, RECENT - DAY, RECENT - DAY)
  await put(`/${older}`, {})
  await put(`/${deadLetters}`, { mappings: { dynamic: false, properties: { written: { type: 'long' } } } })

  const writer = indices.openWriter({ retentionDays: 30 })
  const events = batchOf([
    draft('older', { timestamp: RECENT - DAY, observed_at: RECENT - DAY, service: 'shop' }),
    draft('newer', { service: 'shop', pod: 'shop-1' }),
  ])
  await writer.write({ events, settle: () => ({ deadLetters: [], receipts: [], replayed: [] }) })
  expect((await madeOf(deadLetters)).fields).toEqual(expect.arrayContaining(['written', 'door', 'step']))
  expect(await madeOf(older)).toEqual({ fields: expect.not.arrayContaining(['pod']), shards: '2' })
  expect(await madeOf(eventIndex(prefix, RECENT, RECENT))).toEqual({
    fields: expect.arrayContaining(['pod']),
    shards: '1',
  })
  const reader = indices.openReader()
  await reader.refresh()
  const count = (text: string) => reader.count({ query: query(text), range: EVER })
  expect([await count('service:shop'), await count('pod:shop-1')]).toEqual([2, 1])
  await reader.close()
  await writer.close()
  await indices.remove()
})
