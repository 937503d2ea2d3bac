import { modeOf } from '@heartwood/settings'
import type { App } from '../app.ts'
import { alone } from './alone.ts'
import { type InstanceList, inCluster } from './in-cluster.ts'
import type { Others } from './others.ts'

/** Where a registry is opened from; only a cluster loads it. */
export interface RegistryModule {
  openRegistry(options: {
    readonly url: string
    readonly onTrouble: (error: unknown) => void
    readonly clock: () => number
  }): Promise<InstanceList>
}

/** The other apps: standalone by the ports of the settings, in a cluster by the registry in its database. */
export async function othersOf(app: App, registry: () => Promise<RegistryModule>): Promise<Others> {
  const { DATABASE_URL: url } = app.settings
  if (modeOf(app.settings) === 'standalone' || url === undefined) return alone(app)
  const { openRegistry } = await registry()
  const onTrouble = (error: unknown) =>
    app.log.error({ err: error }, 'the registry of the cluster cannot be read or written')
  return inCluster(app, await openRegistry({ url, onTrouble, clock: () => performance.now() }))
}
