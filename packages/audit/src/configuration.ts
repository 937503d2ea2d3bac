import { SETTINGS, type SettingName, type Settings } from '@heartwood/settings'
import type { AuditEvent } from './audit-event.ts'
import { secretFingerprint, tokenFingerprint } from './fingerprint.ts'
import { isSecret } from './secrets.ts'

/** The settings in force, by name; of a secret its fingerprint. What is not set is not there. */
export type Configuration = Readonly<Record<string, string>>

/** @param key under which secrets are named; stays on this machine */
export function configurationOf(settings: Settings, key: string): Configuration {
  const names = Object.keys(SETTINGS) as SettingName[]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = settings[name]
      if (value === undefined) return []
      if (!isSecret(name)) return [[name, String(value)]]
      const fingerprint =
        name === 'HEARTWOOD_ACCESS_TOKEN'
          ? tokenFingerprint(String(value))
          : secretFingerprint(String(value), key)
      return [[name, `fingerprint ${fingerprint}`]]
    }),
  )
}

/** What is in force now, and how it differs from the start before. @param before undefined at the first start */
export function configurationEvents(now: Configuration, before: Configuration | undefined): AuditEvent[] {
  const inForce: AuditEvent = {
    action: 'configuration',
    outcome: 'success',
    message: `${Object.keys(now).length} settings are in force`,
    attributes: named('heartwood.settings', now),
  }
  if (before === undefined) return [inForce]
  const changed = [...new Set([...Object.keys(now), ...Object.keys(before)])]
    .filter((name) => now[name] !== before[name])
    .sort()
  if (changed.length === 0) return [inForce]
  const only = (of: Configuration) => Object.fromEntries(changed.map((name) => [name, of[name] ?? 'not set']))
  return [
    inForce,
    {
      action: 'configuration-change',
      outcome: 'success',
      message: `settings changed since the last start: ${changed.join(', ')}`,
      attributes: {
        ...named('heartwood.settings', only(now)),
        ...named('heartwood.settings_before', only(before)),
      },
    },
  ]
}

function named(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]))
}
