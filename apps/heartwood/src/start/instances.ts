import { hostname } from 'node:os'
import { isLoopback } from '@heartwood/access'
import { archivePlace, modeOf, type SettingName, type Settings } from '@heartwood/settings'
import type { AppDefinition } from './apps.ts'
import type { PortWish } from './ports.ts'

/** One process of an app. */
export interface AppInstance {
  readonly app: AppDefinition
  /** `ingest`; in a cluster, which may have several, `ingest-1`. */
  readonly name: string
  /** From 1. */
  readonly number: number
}

/**
 * What is run of these apps, in their order: one of each, or so many of each in a cluster, which has no demo. The archiver is
 * for a cluster with an archive.
 */
export function instancesOf(
  apps: readonly AppDefinition[],
  settings: Settings,
  ofEach: number,
): AppInstance[] {
  const hasArchiver = modeOf(settings) === 'cluster' && archivePlace(settings) !== undefined
  const wanted = apps.filter(({ name }) => name !== 'archiver' || hasArchiver)
  if (modeOf(settings) === 'standalone') return wanted.map((app) => ({ app, name: app.name, number: 1 }))
  return wanted
    .filter(({ name }) => name !== 'demo')
    .flatMap((app) =>
      Array.from({ length: ofEach }, (_, index) => ({
        app,
        name: `${app.name}-${index + 1}`,
        number: index + 1,
      })),
    )
}

/** Its name among all processes of the cluster, on whichever machine. */
export function clusterName({ name }: AppInstance, settings: Settings): string {
  const { HEARTWOOD_INSTANCE: machine, HEARTWOOD_INTERNAL_HOST: host } = settings
  if (machine === undefined && isLoopback(host)) return name
  return `${name}@${machine ?? hostname()}`
}

/** The port each process would like: the first of an app that of its setting, the others what is free behind it. */
export function portWishes(
  instances: readonly AppInstance[],
  settings: Settings,
  named: ReadonlySet<SettingName>,
): PortWish[] {
  return instances.map(({ app, name, number }) => ({
    key: name,
    setting: app.portSetting,
    use: number === 1 ? app.use : `${app.use} (${name})`,
    host: hostOf(app, settings),
    port: settings[app.portSetting] + (number === 1 ? 0 : PORTS_APART * number),
    named: number === 1 && named.has(app.portSetting),
  }))
}

/** So that the ports of one number of instances stand together, apart from those of the apps' first ones. */
const PORTS_APART = 10

/** Where an app listens. */
export function hostOf(app: AppDefinition, settings: Settings): string {
  return app.isPublic ? settings.HEARTWOOD_HOST : settings.HEARTWOOD_INTERNAL_HOST
}
