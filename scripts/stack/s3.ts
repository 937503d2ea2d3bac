import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../packages/db/src/embedded/free-port.ts'
import type { S3Place } from '../../packages/object-store/src/s3/index.ts'
import { goProgram } from './go.ts'
import { namedServer, type StackServer, startLocalServer } from './server.ts'

const VERSITYGW = {
  path: 'github.com/versity/versitygw/cmd/versitygw',
  version: 'v1.8.0',
  name: 'versitygw',
} as const

/** Of the servers that are started here: they listen on loopback, and their data is a test's. */
export const LOCAL_S3 = {
  bucket: 'heartwood',
  region: 'us-east-1',
  accessKeyId: 'heartwood',
  secretAccessKey: 'heartwood-secret',
} as const

export interface S3Options {
  /** Port on 127.0.0.1; a free one where none is given. */
  readonly port?: number
  /** Folder of its data, kept when it stops; a temporary one where none is given. */
  readonly dataDir?: string
  /** Never the server that the environment names: for tests that kill it. */
  readonly own?: boolean
}

/** The program, built where it is not there yet. */
export function fetchS3(): Promise<string> {
  return goProgram(VERSITYGW)
}

/**
 * An S3 server with one bucket. The one that S3_ENDPOINT names where it is set and nothing is asked of the server itself,
 * else a process of this machine that keeps objects as files.
 */
export async function startS3(options: S3Options = {}): Promise<StackServer> {
  const { S3_ENDPOINT: named } = process.env
  const ordinary = options.port === undefined && options.dataDir === undefined && !options.own
  if (named && ordinary) return namedServer(named, 'S3_ENDPOINT')

  const command = await fetchS3()
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'heartwood-s3-')))
  const [objects, sidecars] = [join(dataDir, 'objects'), join(dataDir, 'sidecars')]
  await mkdir(join(objects, LOCAL_S3.bucket), { recursive: true })
  await mkdir(sidecars, { recursive: true })
  const port = options.port ?? (await freePort())
  return startLocalServer({
    name: 'the S3 server',
    address: `http://127.0.0.1:${port}`,
    command,
    // Attributes in files beside the objects, since not every file system has its own.
    args: [
      '--port',
      `127.0.0.1:${port}`,
      '--region',
      LOCAL_S3.region,
      'posix',
      '--sidecar',
      sidecars,
      objects,
    ],
    env: {
      PATH: process.env.PATH ?? '',
      ROOT_ACCESS_KEY: LOCAL_S3.accessKeyId,
      ROOT_SECRET_KEY: LOCAL_S3.secretAccessKey,
    },
    cwd: dataDir,
    logFile: join(dataDir, 'server.log'),
    answers: () => takesConnections(port),
    cleanUp: async () => {
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  })
}

/**
 * Where to keep objects in a server of `startS3`, below a prefix. Of a server that the environment names, so does it the bucket
 * (S3_BUCKET), the region (S3_REGION) and the credentials (AWS_*).
 */
export function s3Place(endpoint: string, prefix: string): S3Place {
  const { S3_ENDPOINT: named, S3_BUCKET: bucket, S3_REGION: region } = process.env
  if (endpoint === named)
    return {
      endpoint,
      prefix,
      bucket: bucket ?? LOCAL_S3.bucket,
      region: region ?? LOCAL_S3.region,
      pathStyle: true,
    }
  const { accessKeyId, secretAccessKey } = LOCAL_S3
  return {
    endpoint,
    prefix,
    bucket: LOCAL_S3.bucket,
    region: LOCAL_S3.region,
    pathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  }
}

/** The settings of an app whose archive is in a server of `startS3`, below a prefix. */
export function s3Settings(endpoint: string, prefix = '') {
  return {
    HEARTWOOD_ARCHIVE: 's3',
    S3_ENDPOINT: endpoint,
    S3_BUCKET: LOCAL_S3.bucket,
    S3_REGION: LOCAL_S3.region,
    S3_PREFIX: prefix,
    AWS_ACCESS_KEY_ID: LOCAL_S3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_S3.secretAccessKey,
  }
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 })
  socket.on('timeout', () => socket.destroy(new Error('no answer')))
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
