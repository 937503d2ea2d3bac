import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, startEmbeddedPostgres } from '@heartwood/db'

/** A real PostgreSQL with the product's tables, empty. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string
}

export async function startDatabase(): Promise<TestDatabase> {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-query-db-'))
  const server = await startEmbeddedPostgres({ dir, port: 0 })
  await migrate(server.url)
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
