import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, openDatabase } from '../src/database.ts'
import { startEmbeddedPostgres } from '../src/embedded/index.ts'
import { migrate } from '../src/migrate.ts'

/** A real PostgreSQL for one test file. */
export interface TestServer extends AsyncDisposable {
  /** URL of a new, empty database. */
  emptyDatabase(): Promise<string>
  /** A new database with the product's tables, empty. */
  openMigrated(): Promise<Database>
}

export async function startTestServer(): Promise<TestServer> {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-db-'))
  const server = await startEmbeddedPostgres({ dir, port: 0 })
  async function emptyDatabase() {
    const name = `t_${randomUUID().replaceAll('-', '')}`
    await query(server.url, `CREATE DATABASE ${name}`)
    const url = new URL(server.url)
    url.pathname = `/${name}`
    return url.href
  }
  return {
    emptyDatabase,
    async openMigrated() {
      const url = await emptyDatabase()
      await migrate(url)
      return openDatabase(url)
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Rows of one statement. */
export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
