import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS, type SettingSpec } from '@heartwood/settings'

/** What libraries and Node itself read. */
const OF_OTHERS = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SHARED_CREDENTIALS_FILE',
  'NODE_EXTRA_CA_CERTS',
])
/** What the files for an operator themselves are told. */
const OF_COMPOSE = new Set(['HEARTWOOD_IMAGE', 'HEARTWOOD_PUBLISH_ON'])
const NAMED = /\b(?:HEARTWOOD|KAFKA|ELASTICSEARCH|S3|AWS|DATABASE)_[A-Z0-9_]+\b/g

/** Where a variable is named that is no setting of ours, as `file: VARIABLE`. */
export function unknownVariables(folder: string, except: (file: string, name: string) => boolean): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(folder, 'secrets')))
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      const names = new Set(readFileSync(path, 'utf8').match(NAMED) ?? [])
      const file = path.slice(folder.length + 1)
      return [...names]
        .filter((name) => !isKnown(name) && !except(file, name))
        .map((name) => `${file}: ${name}`)
    })
}

function isKnown(name: string): boolean {
  return isSetting(name) || isSecretFile(name) || OF_OTHERS.has(name) || OF_COMPOSE.has(name)
}

function isSetting(name: string): name is keyof typeof SETTINGS {
  return Object.hasOwn(SETTINGS, name)
}

function isSecretFile(name: string): boolean {
  const secret = name.replace(/_FILE$/, '')
  if (secret === name || !isSetting(secret)) return false
  const spec: SettingSpec = SETTINGS[secret]
  return spec.secret === true
}
