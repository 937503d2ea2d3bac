import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { postgresTools } from '../../../scripts/stack/postgres-tools.ts'
import { freePort } from '../src/embedded/free-port.ts'
import { openDatabase } from '../src/index.ts'
import { migrate } from '../src/migrate.ts'
import { savedSearch } from './saved-search.ts'
import { query } from './test-database.ts'

const run = promisify(execFile)
/** PostgreSQL refuses root; any other user will do. */
const NOBODY = 65_534

const KEPT = savedSearch()

/** A PostgreSQL as a distribution installs it, with its own programs. */
async function startServer() {
  await using owned = new AsyncDisposableStack()
  const tools = await postgresTools()
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-dump-'))
  owned.defer(() => rm(folder, { recursive: true, force: true }))
  const isRoot = process.getuid?.() === 0
  if (isRoot) await chown(folder, NOBODY, NOBODY)
  else await chmod(folder, 0o700)
  const options = { cwd: folder, ...(isRoot && { uid: NOBODY, gid: NOBODY }) }
  const dir = join(folder, 'cluster')
  await run(tools.initdb, ['-D', dir, '-U', 'heartwood', '-A', 'trust', '-E', 'UTF8'], options)
  const port = await freePort()
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`
  await run(tools.pg_ctl, ['-D', dir, '-w', '-l', join(folder, 'log'), '-o', settings, 'start'], options)
  owned.defer(async () => void (await run(tools.pg_ctl, ['-D', dir, '-m', 'immediate', 'stop'], options)))
  const url = (database: string) => `postgresql://heartwood@127.0.0.1:${port}/${database}`
  for (const name of ['heartwood', 'restored']) await query(url('postgres'), `CREATE DATABASE ${name}`)
  const all = owned.move()
  return { tools, folder, url, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

test('what pg_dump takes from a running database and pg_restore puts into an empty one is what the apps find and go on with', async () => {
  await using server = await startServer()
  const url = server.url('heartwood')
  await migrate(url)
  const before = openDatabase(url)
  expect(await before.savedSearches.add(KEPT)).toBe(true)
  const [held] = await before.leases.take('an archiver', ['archive'], { millis: 60_000, limit: 1 })

  const dump = join(server.folder, 'heartwood.dump')
  await run(server.tools.pg_dump, ['-Fc', '-f', dump, url])
  await run(server.tools.pg_restore, ['-d', server.url('restored'), dump])
  await before.close()

  // As the first app does that starts.
  await migrate(server.url('restored'))
  const after = openDatabase(server.url('restored'))
  expect(await after.savedSearches.all()).toEqual([KEPT])
  expect(await after.savedSearches.add({ ...KEPT, id: randomUUID(), name: 'new' })).toBe(true)
  await after.leases.release('an archiver', ['archive'])
  const [next] = await after.leases.take('another', ['archive'], { millis: 60_000, limit: 1 })
  expect(next?.epoch, 'no epoch comes twice').toBeGreaterThan(held?.epoch ?? 0n)
  await after.close()
})
