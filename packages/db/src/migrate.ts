import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { z } from 'zod'

/** prisma/migrations of this checkout. */
export const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url))

/** Any number will do, as long as every Heartwood uses the same: one process migrates, the others wait. */
const LOCK = 4_807_526_976

const CONNECT_MILLIS = 10_000

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** PostgreSQL does not answer, or not yet: nothing is wrong with what was asked. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway'
}

/** Classes of PostgreSQL's errors that waiting does not mend: who signs in (28), and to which database (3D). */
const REFUSED = /^(28|3D)/

/**
 * Applies the migrations that the database does not have yet, each in a transaction, in the order of their names.
 * Returns their names. Throws one sentence, having changed nothing more, if one that was applied has since been changed,
 * is not there (the database belongs to a newer version), or would have to be slipped in before it; and DatabaseAway.
 */
export async function migrate(url: string, directory: string = MIGRATIONS): Promise<string[]> {
  const migrations = await readMigrations(directory)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MILLIS })
  await connect(client)
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    await client.query(
      `CREATE TABLE IF NOT EXISTS "schema_migration" (
         "name" TEXT PRIMARY KEY, "checksum" TEXT NOT NULL, "applied_at" TIMESTAMPTZ NOT NULL DEFAULT now())`,
    )
    const pending = pendingOf(migrations, await appliedTo(client))
    for (const migration of pending) await apply(client, migration)
    return pending.map(({ name }) => name)
  } finally {
    // Ends the session, and with it the lock.
    await client.end()
  }
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (REFUSED.test(code)) throw error
    // What is tried on several addresses fails with several errors and no message of its own.
    const [first] = error instanceof AggregateError ? error.errors : [error]
    throw new DatabaseAway(first instanceof Error ? first.message : String(first), { cause: error })
  }
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(sql)
    await client.query('INSERT INTO "schema_migration" ("name", "checksum") VALUES ($1, $2)', [
      name,
      checksum,
    ])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw new Error(`migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/** What is left to apply. */
function pendingOf(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): Migration[] {
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]))
  for (const [name, checksum] of applied) {
    const now = known.get(name)
    if (now === undefined)
      throw new Error(`the database has migration ${name}, which this version of Heartwood does not know`)
    if (now !== checksum)
      throw new Error(`migration ${name} was changed after it was applied; add a new one instead`)
  }
  const pending = migrations.filter(({ name }) => !applied.has(name))
  const [first] = pending
  const last = [...applied.keys()].sort().at(-1)
  if (first !== undefined && last !== undefined && first.name < last)
    throw new Error(
      `migration ${first.name} stands before ${last}, which is already applied; give it a later number`,
    )
  return pending
}

const Applied = z.array(z.object({ name: z.string(), checksum: z.string() }))

async function appliedTo(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query('SELECT "name", "checksum" FROM "schema_migration" ORDER BY "name"')
  return new Map(Applied.parse(rows).map(({ name, checksum }) => [name, checksum]))
}

/** The migrations of a folder: `<number>_<name>/migration.sql`, by name. Line ends do not count for the checksum. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = (await readFile(join(directory, name, 'migration.sql'), 'utf8')).replaceAll('\r\n', '\n')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}
