import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import { SchemaEngine } from '@prisma/schema-engine-wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MIGRATIONS, migrate } from '../src/migrate.ts'
import { query, startTestServer, type TestServer } from './test-database.ts'

const SCHEMA = join(MIGRATIONS, '..', 'schema.prisma')

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** The SQL with which Prisma itself would make a schema in an empty database. */
async function sqlOfPrisma(url: string, content: string): Promise<string> {
  const path = 'schema.prisma'
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }))
  using engine = await SchemaEngine.new({ datamodels: [[path, content]] }, () => {}, adapter)
  const { stdout } = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: [{ path, content }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  return stdout ?? ''
}

/** All that PostgreSQL knows of the tables, types, indexes and constraints of a database, as sorted lines. */
async function catalog(url: string): Promise<unknown[]> {
  const rows = await query(
    url,
    `SELECT * FROM (
       SELECT c.relname AS owner, 'column ' || a.attname AS name,
         format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
           || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') || a.attidentity::text || a.attgenerated::text AS definition
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
       UNION ALL SELECT tablename, 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
       UNION ALL SELECT conrelid::regclass::text, 'constraint ' || conname, pg_get_constraintdef(oid)
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
       UNION ALL SELECT t.typname, 'value', e.enumsortorder::text || ' ' || e.enumlabel
         FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = 'public'::regnamespace
       UNION ALL SELECT sequencename, 'sequence', data_type::text FROM pg_sequences WHERE schemaname = 'public'
     ) AS known WHERE owner <> 'schema_migration' ORDER BY owner, name, definition`,
  )
  expect(rows.length).toBeGreaterThan(30)
  return rows
}

/** The catalog of a database made by Prisma from this schema. */
async function catalogOfSchema(content: string): Promise<unknown[]> {
  const url = await server.emptyDatabase()
  await query(url, await sqlOfPrisma(url, content))
  return catalog(url)
}

test('the migrations make exactly what schema.prisma says', async () => {
  const url = await server.emptyDatabase()
  await migrate(url)
  expect(await catalog(url)).toEqual(await catalogOfSchema(await readFile(SCHEMA, 'utf8')))
})

describe('a difference would be noticed:', () => {
  test.each([
    ['a column too many', (schema: string) => schema.replace('attempts ', 'extra Int?\n  attempts ')],
    ['another type', (schema: string) => schema.replace(/attempts {4}Int /, 'attempts    BigInt ')],
    ['another name', (schema: string) => schema.replace('"rule_id"', '"rule"')],
    ['a missing index', (schema: string) => schema.replace('@@index([status, nextAttempt])', '')],
    ['another default', (schema: string) => schema.replace('@default(0)', '@default(1)')],
    [
      'a value that may be missing',
      (schema: string) => schema.replace(/receiver {4}String/, 'receiver    String?'),
    ],
    ['one more status', (schema: string) => schema.replace('  pending\n', '  pending\n  other\n')],
  ])('%s', async (_what, change) => {
    const schema = await readFile(SCHEMA, 'utf8')
    expect(change(schema)).not.toBe(schema)
    const url = await server.emptyDatabase()
    await migrate(url)
    expect(await catalog(url)).not.toEqual(await catalogOfSchema(change(schema)))
  })
})
