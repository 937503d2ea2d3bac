import { randomUUID } from 'node:crypto'
import { SavedSearchesOutput, SavedSearchJson } from '@heartwood/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorOf, startQuery, type TestApp } from './query-app.ts'
import { startDatabase, type TestDatabase } from './test-database.ts'

let postgres: TestDatabase
beforeAll(async () => {
  postgres = await startDatabase()
})
afterAll(() => postgres[Symbol.asyncDispose]())

const PATH = '/api/v1/saved-searches'

function send(app: TestApp, method: string, path: string, body?: object): Promise<Response> {
  return app.get(path, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
}

async function save(app: TestApp, content: object): Promise<SavedSearchJson> {
  const response = await send(app, 'POST', PATH, content)
  expect(response.status).toBe(200)
  return SavedSearchJson.parse(await response.json())
}

async function names(app: TestApp): Promise<string[]> {
  const { saved_searches } = SavedSearchesOutput.parse(await (await app.get(PATH)).json())
  return saved_searches.map(({ name }) => name)
}

test('a search is saved, found, changed and removed, and what was removed can be saved again', async () => {
  await using app = await startQuery({ databaseUrl: postgres.url })
  const saved = await save(app, { name: '  Payments ', query: 'level:error pay*', display: 'order=oldest' })
  expect(saved).toMatchObject({ name: 'Payments', owner: 'owner', from_time: 'now-1h', to_time: 'now' })
  expect(await (await app.get(`${PATH}/${saved.id}`)).json()).toEqual(saved)

  const replaced = await send(app, 'PUT', `${PATH}/${saved.id}`, { name: 'Payments', from_time: 'now-7d' })
  expect(SavedSearchJson.parse(await replaced.json())).toMatchObject({
    id: saved.id,
    query: '',
    from_time: 'now-7d',
    created_at: saved.created_at,
  })

  const removed = await send(app, 'DELETE', `${PATH}/${saved.id}`)
  const { id, owner, created_at, updated_at, ...content } = SavedSearchJson.parse(await removed.json())
  expect(await names(app)).not.toContain('Payments')
  expect((await send(app, 'DELETE', `${PATH}/${id}`)).status).toBe(404)
  expect((await app.get(`${PATH}/${id}`)).status).toBe(404)
  await save(app, content)
  expect(await names(app)).toContain('Payments')
})

test('what could not be opened again is not saved: a wrong query, no time, no name, a name that is taken', async () => {
  await using app = await startQuery({ databaseUrl: postgres.url })
  const wrong = await send(app, 'POST', PATH, { name: 'a', query: 'level:error AND (' })
  expect(wrong.status).toBe(400)
  expect((await errorOf(wrong)).spans).not.toHaveLength(0)

  for (const content of [{ name: 'b', from_time: 'soon' }, { name: ' ' }, { name: 'c', queery: 'x' }])
    expect((await errorOf(await send(app, 'POST', PATH, content))).code).toBe('invalid_parameter')

  await save(app, { name: 'Timeouts' })
  const other = await save(app, { name: 'Slow' })
  expect((await errorOf(await send(app, 'POST', PATH, { name: 'Timeouts' }))).code).toBe('conflict')
  const renamed = await send(app, 'PUT', `${PATH}/${other.id}`, { name: 'Timeouts' })
  expect(renamed.status).toBe(409)
  expect((await send(app, 'PUT', `${PATH}/${randomUUID()}`, { name: 'x' })).status).toBe(404)
  expect(await names(app)).toEqual(expect.arrayContaining(['Timeouts', 'Slow']))
})

test('without a database saved searches say so, and other questions are answered', async () => {
  for (const databaseUrl of [undefined, 'postgresql://nobody@127.0.0.1:1/none']) {
    await using app = await startQuery({ ...(databaseUrl !== undefined && { databaseUrl }) })
    const response = await app.get(PATH)
    expect(response.status).toBe(503)
    expect((await errorOf(response)).code).toBe('unavailable')
    expect((await app.get('/api/v1/search')).status).toBe(200)
  }
})
