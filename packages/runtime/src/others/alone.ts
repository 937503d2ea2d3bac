import { randomUUID } from 'node:crypto'
import { localUrl } from '@heartwood/access'
import type { Settings } from '@heartwood/settings'
import type { App, AppName } from '../app.ts'
import { clientAt } from '../internal-client.ts'
import type { Instance, Others } from './others.ts'

/** Standalone: one process of each app on this machine, on the ports that the settings name. */
export function alone({ settings, internalToken }: Pick<App, 'settings' | 'internalToken'>): Others {
  const instance = (app: AppName): Instance => {
    const url = localUrl(hostOf(app, settings), portOf(app, settings))
    return { app, name: undefined, url, client: clientAt(app, url, internalToken) }
  }
  return {
    self: randomUUID(),
    instances: (app) => [instance(app)],
    missing: () => [],
    any: (app) => instance(app).client,
    register: async () => undefined,
  }
}

/** Where an app listens. */
export function hostOf(app: AppName, settings: Settings): string {
  switch (app) {
    case 'ingest':
    case 'web':
      return settings.HEARTWOOD_HOST
    case 'indexer':
    case 'query':
    case 'alerter':
    case 'archiver':
    case 'demo':
      return settings.HEARTWOOD_INTERNAL_HOST
  }
}

/** Where an app listens, as far as the settings say. */
export function portOf(app: AppName, settings: Settings): number {
  switch (app) {
    case 'ingest':
      return settings.HEARTWOOD_INGEST_PORT
    case 'indexer':
      return settings.HEARTWOOD_INDEXER_PORT
    case 'query':
      return settings.HEARTWOOD_QUERY_PORT
    case 'alerter':
      return settings.HEARTWOOD_ALERTER_PORT
    case 'archiver':
      return settings.HEARTWOOD_ARCHIVER_PORT
    case 'web':
      return settings.HEARTWOOD_WEB_PORT
    case 'demo':
      return settings.HEARTWOOD_DEMO_PORT
  }
}
