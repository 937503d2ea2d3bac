import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings, withSecretFiles } from '@heartwood/settings'
import { describe, expect, test } from 'vitest'
import { clusterApps } from '../../deploy/apps.ts'
import { readCompose } from '../../deploy/compose.ts'

const DEPLOY = join(import.meta.dirname, '../../../deploy')
const compose = readCompose(join(DEPLOY, 'compose.yaml'))
const services = Object.entries(compose.services)
const apps = services.filter(([, { command }]) => command?.[0] === 'run')
const SERVERS = ['kafka', 'elasticsearch', 'postgres', 's3']

function secretFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'heartwood-secrets-'))
  const path = join(folder, 'secrets')
  execFileSync(process.execPath, [join(DEPLOY, 'secrets.mjs'), path])
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

describe('docker compose', () => {
  test('runs each app of a cluster beside the four servers, and nothing else', () => {
    expect(apps.map(([, { command }]) => command?.[1]).sort()).toEqual([...clusterApps().keys()].sort())
    expect(services.map(([name]) => name).sort()).toEqual([...clusterApps().keys(), ...SERVERS].sort())
  })

  test('asks each app for its health on its own port', () => {
    for (const [name, { healthcheck }] of apps)
      expect([name, healthcheck.test]).toEqual([
        name,
        ['CMD', 'node', 'deploy/docker/health.mjs', String(clusterApps().get(name))],
      ])
  })

  test('lets in only at the page and at ingest, from this machine unless it is told otherwise', () => {
    const published = services.flatMap(([name, { ports }]) => ports.map((port) => `${name} ${port}`))
    expect(published.sort()).toEqual(
      ['ingest', 'web'].map((name) => {
        const port = clusterApps().get(name)
        return `${name} \${HEARTWOOD_PUBLISH_ON:-127.0.0.1}:${port}:${port}`
      }),
    )
    for (const name of SERVERS) expect(compose.services[name]?.networks).toEqual(['servers'])
  })

  test('gives an app nothing it could change what it runs with, and a volume of its own for what it keeps', () => {
    for (const [, { read_only, cap_drop }] of apps) expect([read_only, cap_drop]).toEqual([true, ['ALL']])
    const kept = apps.map(([, { volumes }]) => volumes[0] ?? '')
    expect(kept.every((volume) => volume.endsWith(':/var/lib/heartwood'))).toBe(true)
    expect(new Set(kept).size).toBe(apps.length)
  })

  test('names only secrets, volumes, networks and services that there are', () => {
    for (const [name, service] of services) {
      expect(Object.keys(compose.secrets), name).toEqual(expect.arrayContaining(service.secrets))
      expect(Object.keys(compose.networks), name).toEqual(expect.arrayContaining(service.networks))
      expect(Object.keys(compose.services), name).toEqual(
        expect.arrayContaining(Object.keys(service.depends_on)),
      )
      const volumes = service.volumes.map((volume) => volume.split(':')[0])
      expect(Object.keys(compose.volumes), name).toEqual(expect.arrayContaining(volumes))
    }
    for (const [, { build }] of services.filter(([, { build }]) => build !== undefined))
      expect(existsSync(join(DEPLOY, build?.context ?? '', build?.dockerfile ?? ''))).toBe(true)
  })

  test('has settings that the apps accept, with the secrets out of their files', () => {
    using secrets = secretFiles()
    for (const [name, { environment }] of apps) {
      const read = (path: string) => readFileSync(path.replace('/run/secrets', secrets.path), 'utf8')
      const env = withSecretFiles(environment, read)
      const result = env.ok ? readSettings(env.env) : env
      expect([name, result.ok ? [] : result.errors]).toEqual([name, []])
    }
  })
})

describe('the secrets', () => {
  test('are all that compose mounts, can be read by the user of a container, and lie in a folder that nobody else can enter', () => {
    using secrets = secretFiles()
    const made = readdirSync(secrets.path).map((name) => `secrets/${name}`)
    const mounted = Object.values(compose.secrets).map(({ file }) => file)
    const inFiles = services.flatMap(([, { env_file }]) => env_file ?? [])
    expect(made.sort()).toEqual([...mounted, ...inFiles].sort())
    expect(statSync(secrets.path).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(secrets.path))
      expect(statSync(join(secrets.path, name)).mode & 0o444, name).toBe(0o444)
  })

  test('are made once: a second run leaves them as they are', () => {
    using secrets = secretFiles()
    const before = readFileSync(join(secrets.path, 'access_token'), 'utf8')
    const again = () =>
      execFileSync(process.execPath, [join(DEPLOY, 'secrets.mjs'), secrets.path], { stdio: 'pipe' })
    expect(again).toThrow('is there already')
    expect(readFileSync(join(secrets.path, 'access_token'), 'utf8')).toBe(before)
  })
})
