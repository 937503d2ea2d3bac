import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { aptInstall } from './apt.ts'

const INSTALLED = '/usr/lib/postgresql'
const PROGRAMS = ['initdb', 'pg_ctl', 'postgres', 'pg_dump', 'pg_restore'] as const

/** The programs of one version of PostgreSQL as its own packages install them: a server with what backs it up. */
export type PostgresTools = Readonly<Record<(typeof PROGRAMS)[number], string>>

/** The newest that is installed, installed where we may. Throws one sentence where there is none. */
export async function postgresTools(): Promise<PostgresTools> {
  const found = (await newest()) ?? ((await aptInstall('postgresql')) ? await newest() : undefined)
  if (found === undefined)
    throw new Error('PostgreSQL with pg_dump is needed: install its server and client, and try again')
  return found
}

async function newest(): Promise<PostgresTools | undefined> {
  const versions = await readdir(INSTALLED).catch(() => [])
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const [initdb, pg_ctl, postgres, pg_dump, pg_restore] = PROGRAMS.map((name) =>
      join(INSTALLED, version, 'bin', name),
    ) as [string, string, string, string, string]
    const tools = { initdb, pg_ctl, postgres, pg_dump, pg_restore }
    const all = Object.values(tools).map((path) => access(path))
    if ((await Promise.allSettled(all)).every(({ status }) => status === 'fulfilled')) return tools
  }
  return undefined
}
