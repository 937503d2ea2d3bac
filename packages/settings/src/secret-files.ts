import { SETTINGS, type SettingName, type SettingSpec } from './settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

export type SecretFilesResult =
  | { readonly ok: true; readonly env: Environment }
  | { readonly ok: false; readonly errors: readonly string[] }

/**
 * The environment with what its secret files hold: KAFKA_PASSWORD_FILE=/run/secrets/kafka sets KAFKA_PASSWORD to the content
 * of that file, without the line ends at its end. So do the secrets of Docker, Kubernetes and systemd come in without
 * standing in an environment that others can look at. Each error is one sentence.
 * @param read gives the content of a file, or throws
 */
export function withSecretFiles(env: Environment, read: (path: string) => string): SecretFilesResult {
  const errors: string[] = []
  const found: Record<string, string> = {}
  const files = SECRETS.map((name) => `${name}_FILE`)
  for (const name of SECRETS) {
    const path = env[`${name}_FILE`]
    if (path === undefined || path.trim() === '') continue
    if (env[name] !== undefined && env[name].trim() !== '') {
      errors.push(`${name} and ${name}_FILE are both set: set one of them.`)
      continue
    }
    try {
      found[name] = read(path).replace(/[\r\n]+$/, '')
      if (found[name] === '') errors.push(`The file ${path}, which ${name}_FILE names, is empty.`)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      errors.push(`The file ${path}, which ${name}_FILE names, cannot be read: ${why}`)
    }
  }
  if (errors.length > 0) return { ok: false, errors }
  const rest = Object.entries(env).filter(([name]) => !files.includes(name))
  return { ok: true, env: { ...Object.fromEntries(rest), ...found } }
}

const SECRETS = (Object.keys(SETTINGS) as SettingName[]).filter((name) => {
  const spec: SettingSpec = SETTINGS[name]
  return spec.secret === true
})
