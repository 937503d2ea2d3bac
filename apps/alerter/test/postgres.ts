import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, startEmbeddedPostgres } from '@heartwood/db'
import pg from 'pg'

/** A real PostgreSQL for one test file. */
export interface TestPostgres extends AsyncDisposable {
  /** URL of a new database with the migrations applied. */
  database(): Promise<string>
}

export async function startPostgres(): Promise<TestPostgres> {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-alerter-db-'))
  const server = await startEmbeddedPostgres({ dir, port: 0 })
  return {
    async database() {
      const url = await createDatabase(server.url, `t_${randomUUID().replaceAll('-', '')}`)
      await migrate(url)
      return url
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
