import { join } from 'node:path'
import { DatabaseAway } from '@heartwood/db/migrate'
import { modeOf, readSettings } from '@heartwood/settings'
import { CommandError } from '../command-error.ts'
import type { AppDefinition } from '../start/apps.ts'

export interface RunOptions {
  readonly app: AppDefinition
  readonly env: NodeJS.ProcessEnv
  readonly projectFolder: string
  /** Brings the database up to date. */
  readonly migrate: (url: string) => Promise<void>
  /** Puts another program into the place of this process. */
  readonly become: (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => never
  readonly say: (line: string) => void
}

/**
 * `heartwood run`: one app of a cluster and nothing beside it, for whoever starts and restarts processes already (a
 * container, systemd). Brings the database up to date and then becomes the app, which keeps its process number and takes
 * the signals. While PostgreSQL is away the app starts all the same: an ingest has no need of it.
 */
export async function run(options: RunOptions): Promise<never> {
  const { app, env } = options
  const read = readSettings(env)
  if (!read.ok) throw new CommandError(read.errors.join('\n'))
  if (modeOf(read.settings) === 'standalone') {
    throw new CommandError(
      'heartwood run starts one app of a cluster: set KAFKA_BROKERS and ELASTICSEARCH_URL. Without them, heartwood start runs them all.',
    )
  }
  const { DATABASE_URL: url } = read.settings
  if (url !== undefined) await bringUpToDate(url, options)
  return options.become(process.execPath, [process.execPath, ...(app.nodeArgs ?? []), app.script], {
    NODE_COMPILE_CACHE: join(options.projectFolder, 'node_modules/.cache/heartwood'),
    // Nobody stands behind an app that runs alone to make its lines readable for people.
    HEARTWOOD_LOG_FORMAT: 'json',
    ...env,
    ...app.env,
  })
}

async function bringUpToDate(url: string, { app, migrate, say }: RunOptions): Promise<void> {
  try {
    await migrate(url)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (!(error instanceof DatabaseAway))
      throw new CommandError(`The database could not be brought up to date: ${why}`)
    say(`PostgreSQL does not answer (${why}); ${app.name} starts without it`)
  }
}
