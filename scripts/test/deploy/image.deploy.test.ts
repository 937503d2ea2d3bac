import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, startEmbeddedPostgres } from '@heartwood/db/embedded'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { APPS } from '../../../apps/heartwood/src/start/apps.ts'
import { clusterApps } from '../../deploy/apps.ts'
import { readCompose } from '../../deploy/compose.ts'
import { buildImage, type Image } from '../../deploy/image/build-image.ts'
import { type Container, startContainer } from '../../deploy/image/container.ts'
import { startElasticsearch } from '../../stack/elasticsearch.ts'
import { startKafka } from '../../stack/kafka.ts'
import { LOCAL_S3, startS3 } from '../../stack/s3.ts'

const ROOT = join(import.meta.dirname, '../../..')
const compose = readCompose(join(ROOT, 'deploy/compose.yaml'))
const Found = z.object({ logs: z.array(z.object({ message: z.string() })) })
let folder = ''
let image: Image

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartwood-image-'))
  await chmod(folder, 0o755)
  image = await buildImage(ROOT, join(folder, 'opt'))
}, 1_200_000)
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))

/** A port for each app that no other program of this machine has. */
async function portSettings(): Promise<Record<string, string>> {
  const names = [...clusterApps().keys(), 'demo', 'postgres']
  const ports = await freePorts(names.length)
  return Object.fromEntries(
    names.map((app, at) => [`HEARTWOOD_${app.toUpperCase()}_PORT`, String(ports[at])]),
  )
}

async function dataFolder(name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  return path
}

/** Sends a log through ingest and looks for it through the page, until it is there. */
async function sendAndFind(ports: Record<string, string>, token: string, message: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` }
  const at = (app: string) => `http://127.0.0.1:${ports[`HEARTWOOD_${app}_PORT`]}`
  const sent = await fetch(`${at('INGEST')}/ingest`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ message }),
  })
  expect(sent.status).toBe(200)
  await expect
    .poll(
      async () => {
        const answer = await fetch(`${at('WEB')}/api/v1/search?query=${message}`, { headers })
        return answer.ok ? Found.parse(await answer.json()).logs.map((log) => log.message) : answer.status
      },
      { timeout: 120_000, interval: 500 },
    )
    .toEqual([message])
  const page = await fetch(at('WEB'), { headers })
  expect([page.status, (await page.text()).includes('<html')]).toEqual([200, true])
}

describe('the image, by the steps of its Dockerfile', () => {
  test('has nothing in it that is only needed to build or test it', async () => {
    const there = new Set(await readdir(join(image.folder, 'node_modules')))
    for (const name of [
      'turbo',
      'vitest',
      'prisma',
      'typescript',
      'playwright',
      'tailwindcss',
      'node',
      '.bin',
    ])
      expect(there.has(name), name).toBe(false)
    expect(there.has('next')).toBe(true)
  })

  test('is a whole Heartwood on one machine: healthy, takes a log in, finds it, and ends in order', async () => {
    const ports = await portSettings()
    const token = randomBytes(32).toString('hex')
    const env = {
      ...ports,
      HEARTWOOD_ACCESS_TOKEN: token,
      HEARTWOOD_HOST: '127.0.0.1',
      HEARTWOOD_DEMO: 'off',
    }
    await using container = await startContainer(image, {
      env,
      dataDir: await dataFolder('standalone'),
      healthPort: Number(ports.HEARTWOOD_WEB_PORT),
    })
    await container.healthy()
    await sendAndFind(ports, token, 'standalone')
    expect(await container.stop()).toBe(0)
  })

  test('is each app of a cluster, with the environment that Compose gives it and the secrets out of their files', async () => {
    await using servers = new AsyncDisposableStack()
    const postgres = servers.use(await startEmbeddedPostgres({ dir: await dataFolder('postgres'), port: 0 }))
    const kafka = servers.use(await startKafka())
    const elasticsearch = servers.use(await startElasticsearch())
    const s3 = servers.use(await startS3())
    const secrets = await secretsFor(postgres.url)
    const ports = await portSettings()
    const ours = {
      ...ports,
      KAFKA_BROKERS: kafka.address,
      ELASTICSEARCH_URL: elasticsearch.address,
      S3_ENDPOINT: s3.address,
      S3_BUCKET: LOCAL_S3.bucket,
      // Of the one machine that all of them are on here.
      HEARTWOOD_INTERNAL_HOST: '127.0.0.1',
      HEARTWOOD_HOST: '127.0.0.1',
    }
    await using containers = new AsyncDisposableStack()
    const started: Container[] = []
    for (const { name: app } of APPS.filter(({ name }) => clusterApps().has(name))) {
      const { environment, command } = compose.services[app] ?? {}
      const told = Object.entries(environment ?? {}).map(([name, value]) => [
        name,
        value.replace('/run/secrets', secrets),
      ])
      const container = await startContainer(image, {
        ...(command && { command }),
        env: { ...Object.fromEntries(told), ...ours, HEARTWOOD_INSTANCE: app },
        dataDir: await dataFolder(app),
        healthPort: Number(ports[`HEARTWOOD_${app.toUpperCase()}_PORT`]),
      })
      started.push(containers.use(container))
    }
    for (const container of started) await container.healthy()
    await sendAndFind(ports, await readSecret(secrets, 'access_token'), 'clustered')
    for (const container of started) expect(await container.stop()).toBe(0)
  })
})

/** What deploy/secrets.mjs makes, with the addresses of the servers here. */
async function secretsFor(databaseUrl: string): Promise<string> {
  const path = join(folder, 'secrets')
  execFileSync(process.execPath, [join(ROOT, 'deploy/secrets.mjs'), path])
  // A container is given the files, whoever may enter the folder.
  await chmod(path, 0o755)
  await writeFile(join(path, 'database_url'), databaseUrl)
  const { accessKeyId, secretAccessKey } = LOCAL_S3
  await writeFile(
    join(path, 's3_credentials'),
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  )
  return path
}

async function readSecret(folder: string, name: string): Promise<string> {
  return (await readFile(join(folder, name), 'utf8')).trim()
}
