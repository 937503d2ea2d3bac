import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type App, internalClient, reportOf } from '@heartwood/runtime'
import { type AskedApp, reportOver } from './ask-apps.ts'
import { postgresBytes, residentBytes } from './process-memory.ts'
import type { SystemSources } from './system-question.ts'

/** What runs here, seen from the query app. */
export function installation(app: App): Pick<
  SystemSources,
  'supervisorBytes' | 'postgresBytes' | 'disk' | 'limits'
> & {
  apps(): readonly AskedApp[]
} {
  const { settings, internalToken } = app
  const { HEARTWOOD_HOST: host, HEARTWOOD_DATA_DIR: dataDir } = settings
  const over = (...reached: [AskedApp['app'], port: number, host?: string]): AskedApp => {
    const [name, port, at] = reached
    return { app: name, report: reportOver(internalClient(name, port, internalToken, at)) }
  }
  const demo = over('demo', settings.HEARTWOOD_DEMO_PORT)
  const others = [
    over('ingest', settings.HEARTWOOD_INGEST_PORT, host),
    over('indexer', settings.HEARTWOOD_INDEXER_PORT),
    { app: 'query', report: () => reportOf(app) } as const,
    over('alerter', settings.HEARTWOOD_ALERTER_PORT),
    over('web', settings.HEARTWOOD_WEB_PORT, host),
  ]
  // The demo leaves this note when it ends for good; nobody starts it again then.
  const demoIsOver = () =>
    settings.HEARTWOOD_DEMO === 'off' || existsSync(join(dataDir, 'demo', 'ended.json'))
  return {
    apps: () => [...others, demoIsOver() ? { app: 'demo', report: undefined } : demo],
    supervisorBytes: () => residentBytes(process.ppid),
    postgresBytes: () => postgresBytes(join(dataDir, 'postgres', 'cluster')),
    async disk() {
      const { bsize, blocks, bavail } = await statfs(dataDir)
      return { bytes: blocks * bsize, freeBytes: bavail * bsize }
    },
    limits: {
      retentionDays: settings.HEARTWOOD_RETENTION_DAYS,
      maxBytes: settings.HEARTWOOD_MAX_DISK_GB * 1e9,
    },
  }
}
