import { join, resolve } from 'node:path'
import { modeOf, type SettingName, type Settings } from '@heartwood/settings'
import { type AppInstance, clusterName } from './instances.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface AppSurroundings {
  /** Our own. */
  readonly env: Environment
  readonly settings: Settings
  readonly dataFolder: string
  /** By the name of the process. */
  readonly ports: ReadonlyMap<string, number>
  readonly instances: readonly AppInstance[]
  /** What is settled only now, by variable. */
  readonly resolved: Readonly<Record<string, string>>
}

/** The environment of one process: every setting as it was resolved, on top of our own environment. */
export function environmentOf(instance: AppInstance, surroundings: AppSurroundings): NodeJS.ProcessEnv {
  const { env, settings, dataFolder, resolved, instances } = surroundings
  const values = Object.entries(settings).filter(([, value]) => value !== undefined)
  const rules = settings.HEARTWOOD_ALERT_RULES
  // Where there is one of each app, they find each other by these.
  const firsts = instances.filter(({ number }) => number === 1)
  return {
    ...env,
    ...Object.fromEntries(values.map(([name, value]) => [name, String(value)])),
    ...portsOf(firsts, surroundings),
    ...(rules === undefined ? {} : { HEARTWOOD_ALERT_RULES: resolve(rules) }),
    HEARTWOOD_DATA_DIR: dataFolder,
    ...resolved,
    ...instance.app.env,
    ...(modeOf(settings) === 'cluster' && inCluster(instance, surroundings)),
  }
}

function inCluster(instance: AppInstance, surroundings: AppSurroundings): Record<string, string> {
  const { settings, dataFolder } = surroundings
  return {
    ...portsOf([instance], surroundings),
    HEARTWOOD_INSTANCE: clusterName(instance, settings),
    // All alerters of this machine read one file.
    HEARTWOOD_ALERT_RULES: resolve(settings.HEARTWOOD_ALERT_RULES ?? join(dataFolder, 'alerts.yaml')),
    // What waits for Kafka on the disk belongs to one process.
    ...(instance.app.ownFolder === true && { HEARTWOOD_DATA_DIR: join(dataFolder, instance.name) }),
  }
}

function portsOf(
  instances: readonly AppInstance[],
  { ports }: AppSurroundings,
): Partial<Record<SettingName, string>> {
  return Object.fromEntries(instances.map(({ app, name }) => [app.portSetting, String(ports.get(name) ?? 0)]))
}
