import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type App, AppError, type Others, reportOf } from '@heartwood/runtime'
import { archivePlace, modeOf } from '@heartwood/settings'
import { type AskedApp, reportOver } from './ask-apps.ts'
import { postgresBytes, residentBytes } from './process-memory.ts'
import type { SystemSources } from './system-question.ts'

/** In the order they are shown. */
const APPS = ['ingest', 'indexer', 'archiver', 'query', 'alerter', 'web'] as const

/** What runs here, or in the cluster, seen from the query app. */
export function installation(
  app: App,
  others: Others,
): Pick<SystemSources, 'supervisorBytes' | 'postgresBytes' | 'disk' | 'limits'> & {
  apps(): readonly AskedApp[]
} {
  const { settings } = app
  const { HEARTWOOD_DATA_DIR: dataDir } = settings
  const isCluster = modeOf(settings) === 'cluster'
  const isArchived = archivePlace(settings) !== undefined
  const hasArchiver = isCluster && isArchived
  const processes = (name: AskedApp['app']): AskedApp[] => {
    const up = others.instances(name).map(({ name: instance, client }) => {
      const isSelf = name === app.name && instance === undefined
      return { app: name, instance, report: isSelf ? () => reportOf(app) : reportOver(client) }
    })
    const missing = others.missing().filter((each) => each.app === name)
    const down = missing.map(({ name: instance, silentMillis }) =>
      without(name, instance, `it has not been heard of for ${Math.round(silentMillis / 1000)} s`),
    )
    const all = [...up, ...down].toSorted(byInstance)
    return all.length === 0 ? [without(name, undefined, 'none of them is there')] : all
  }
  // The demo leaves this note when it ends for good; nobody starts it again then.
  const demoIsOver = () =>
    settings.HEARTWOOD_DEMO === 'off' || existsSync(join(dataDir, 'demo', 'ended.json'))
  return {
    apps: () => [
      ...APPS.filter((name) => name !== 'archiver' || hasArchiver).flatMap(processes),
      ...(demoIsOver() ? [{ app: 'demo', report: undefined } as const] : processes('demo')),
    ],
    supervisorBytes: () => residentBytes(process.ppid),
    postgresBytes: () => postgresBytes(join(dataDir, 'postgres', 'cluster')),
    async disk() {
      // What lies on it of a cluster is the spool.
      if (isCluster) return undefined
      const { bsize, blocks, bavail } = await statfs(dataDir)
      return { bytes: blocks * bsize, freeBytes: bavail * bsize }
    },
    limits: {
      retentionDays: isArchived ? settings.HEARTWOOD_COLD_DAYS : settings.HEARTWOOD_RETENTION_DAYS,
      hotDays: isArchived ? settings.HEARTWOOD_HOT_DAYS : null,
      maxBytes: isCluster ? null : settings.HEARTWOOD_MAX_DISK_GB * 1e9,
    },
  }
}

function byInstance(a: AskedApp, b: AskedApp): number {
  return (a.instance ?? '').localeCompare(b.instance ?? '', 'en', { numeric: true })
}

function without(app: AskedApp['app'], instance: string | undefined, reason: string): AskedApp {
  return { app, instance, report: () => Promise.reject(new AppError('unavailable', reason)) }
}
