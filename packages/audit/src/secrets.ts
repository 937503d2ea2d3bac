import { SETTINGS, type SettingName, type Settings } from '@heartwood/settings'
import type { AuditEvent } from './audit-event.ts'

/** What is shorter is a word that occurs by itself. */
const SHORTEST = 8

export const REMOVED = '[secret]'

/** The secrets that the settings hold: whole values, and the password within an address. Longest first. */
export function secretsOf(settings: Settings): string[] {
  const names = (Object.keys(SETTINGS) as SettingName[]).filter(isSecret)
  const values = names.flatMap((name) => {
    const value = settings[name]
    return typeof value === 'string' ? [value, ...passwordOf(value)] : []
  })
  return [...new Set(values)].filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length)
}

export function isSecret(name: SettingName): boolean {
  return 'secret' in SETTINGS[name]
}

/** As it is written, and as it is meant. */
function passwordOf(value: string): string[] {
  const password = URL.parse(value)?.password ?? ''
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

/** The event without any of the secrets, wherever they stand: people search for what they have just pasted. */
export function withoutSecrets(event: AuditEvent, secrets: readonly string[]): AuditEvent {
  if (secrets.length === 0) return event
  const clean = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, REMOVED), text)
  const cleanAll = <T extends object>(object: T): T =>
    // Values keep their types: text stays text.
    Object.fromEntries(
      Object.entries(object).map(([key, value]) => [key, typeof value === 'string' ? clean(value) : value]),
    ) as T
  return {
    ...event,
    message: clean(event.message),
    ...(event.actor && { actor: cleanAll(event.actor) }),
    ...(event.attributes && { attributes: cleanAll(event.attributes) }),
    ...(event.requestId !== undefined && { requestId: clean(event.requestId) }),
  }
}
