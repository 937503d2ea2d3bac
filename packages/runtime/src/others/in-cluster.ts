import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { localUrl } from '@heartwood/access'
import manifest from '../../package.json' with { type: 'json' }
import type { App, AppName } from '../app.ts'
import { reasonsOf } from '../app-report.ts'
import { anyClient, clientAt } from '../internal-client.ts'
import { hostOf } from './alone.ts'
import type { Instance, MissingInstance, Others } from './others.ts'

/** What the registry keeps of a process, and what it says of itself. */
export interface RegisteredInstance {
  /** UUID; of one start. */
  readonly id: string
  readonly app: string
  readonly name: string
  readonly url: string
  readonly version: string
  readonly startedAt: number
  readonly health: {
    readonly reasons: Readonly<Record<string, string>>
    readonly warnings: Readonly<Record<string, string>>
  }
}

/** The list of all processes of a cluster, kept up to date beside us. */
export interface InstanceList {
  readonly instances: readonly (RegisteredInstance & {
    readonly isUp: boolean
    readonly silentMillis: number
  })[]
  register(self: () => RegisteredInstance): Promise<void>
  /** Says goodbye; a second time does nothing. */
  close(): Promise<void>
}

/** The other apps of a cluster, by its registry. Closes the registry when the app stops: by then nobody should ask it. */
export function inCluster(app: App, registry: InstanceList): Others {
  const self = randomUUID()
  const { settings, internalToken } = app
  let name = settings.HEARTWOOD_INSTANCE ?? ''
  const ofApp = (wanted: AppName) =>
    registry.instances.filter((instance) => instance.app === wanted && instance.isUp)
  const instances = (wanted: AppName): Instance[] => {
    // Each begins with another, so that the work is spread.
    const place = ofApp(app.name).findIndex(({ id }) => id === self)
    return rotated(ofApp(wanted), Math.max(0, place)).map(({ name, url }) => ({
      app: wanted,
      name,
      url,
      client: clientAt(wanted, url, internalToken),
    }))
  }
  app.stopping.add('the registry', () => registry.close())
  return {
    self,
    instances,
    missing: () =>
      registry.instances.flatMap(({ app, name, url, isUp, silentMillis }): MissingInstance[] =>
        !isUp && isAppName(app) ? [{ app, name, url, silentMillis }] : [],
      ),
    any: (wanted) => anyClient(wanted, () => instances(wanted).map(({ client }) => client)),
    async register(port) {
      const url = advertisedUrl(hostOf(app.name, settings), settings.HEARTWOOD_INTERNAL_HOST, port)
      if (name === '') name = `${hostname()}:${port}`
      await registry.register(() => ({
        id: self,
        app: app.name,
        name,
        url,
        version: manifest.version,
        startedAt: Math.round(performance.timeOrigin),
        health: { reasons: reasonsOf(app), warnings: Object.fromEntries(app.warnings ?? []) },
      }))
      // Added again, so that it is the first that stops: whoever is told to go is not asked any more.
      app.stopping.add('the registry', () => registry.close())
    },
  }
}

/** The URL under which other machines reach a server here: a wildcard is the address of none. */
export function advertisedUrl(host: string, internalHost: string, port: number): string {
  const address = [host, internalHost].find((each) => each !== '0.0.0.0' && each !== '::')
  return localUrl(address ?? hostname(), port)
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const start = list.length === 0 ? 0 : by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

const APP_NAMES: readonly string[] = [
  'ingest',
  'indexer',
  'query',
  'alerter',
  'archiver',
  'web',
  'demo',
] satisfies AppName[]

function isAppName(name: string): name is AppName {
  return APP_NAMES.includes(name)
}
