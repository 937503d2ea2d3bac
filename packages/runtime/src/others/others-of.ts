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
    readonly looks: boolean
  }): Promise<InstanceList>
}

/** The other apps: standalone by the ports of the settings, in a cluster by the registry in its database. */
export function othersOf(app: App, registry: () => Promise<RegistryModule>): Promise<Others> {
  return opened(app, registry, { looks: true })
}

/** Says to the others that this app is there. For one that asks none of them: looking who is there costs as much as little work. */
export function registrationOf(
  app: App,
  registry: () => Promise<RegistryModule>,
): Promise<Pick<Others, 'register'>> {
  return opened(app, registry, { looks: false })
}

async function opened(
  app: App,
  registry: () => Promise<RegistryModule>,
  { looks }: { readonly looks: boolean },
): Promise<Others> {
  const { DATABASE_URL: url } = app.settings
  if (modeOf(app.settings) === 'standalone' || url === undefined) return alone(app)
  const { openRegistry } = await registry()
  const onTrouble = (error: unknown) =>
    app.log.error({ err: error }, 'the registry of the cluster cannot be read or written')
  return inCluster(app, await openRegistry({ url, onTrouble, looks, clock: () => performance.now() }))
}
