import { SETTINGS, type SettingName } from '@heartwood/settings'

/** The apps of a cluster with the port each has by default, by its setting; a cluster has no demo, and brings no PostgreSQL. */
export function clusterApps(): ReadonlyMap<string, number> {
  const apps = (Object.keys(SETTINGS) as SettingName[]).flatMap((name) => {
    const app = /^HEARTWOOD_(\w+)_PORT$/.exec(name)?.[1]?.toLowerCase()
    if (app === undefined || app === 'demo' || app === 'postgres') return []
    return [[app, Number(SETTINGS[name].schema.parse(undefined))] as const]
  })
  return new Map(apps)
}
