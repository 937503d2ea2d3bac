import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Image, machineEnv } from './build-image.ts'

/** Nobody of this machine, who owns nothing; the image makes a user of its own. */
const USER = 65_534
const HEALTHY_MILLIS = 240_000
/** What an engine waits for before it kills. */
const STOP_MILLIS = 120_000

export interface ContainerOptions {
  /** Instead of the image's own. */
  readonly command?: readonly string[]
  /** On top of the image's. */
  readonly env: Readonly<Record<string, string>>
  /** What is /var/lib/heartwood in a container: the one folder that it may write. */
  readonly dataDir: string
  /** What health.mjs is asked about; none: the port of the page. */
  readonly healthPort?: number
}

/** A process of an image, with no more than its environment, its user and its data folder. */
export interface Container extends AsyncDisposable {
  /** Resolves when the image's own health check says so. */
  healthy(): Promise<void>
  /** SIGTERM; resolves to the exit code, or the signal that it took. */
  stop(): Promise<number | string>
  output(): string
}

export async function startContainer(image: Image, options: ContainerOptions): Promise<Container> {
  const isRoot = process.getuid?.() === 0
  if (isRoot) await chown(options.dataDir, USER, USER)
  const as = (command: readonly string[]) =>
    isRoot ? ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', ...command] : [...command]
  const env = {
    ...machineEnv(),
    HOME: options.dataDir,
    ...image.env,
    HEARTWOOD_DATA_DIR: options.dataDir,
    ...options.env,
  }
  const [file = '', ...args] = as([...image.entrypoint, ...(options.command ?? image.command)])
  const child = spawn(file, args, { cwd: image.folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-40_000)
    })
  let end: number | string | undefined
  const ended = once(child, 'close').then(([code, signal]) => {
    end = typeof signal === 'string' ? signal : Number(code)
    return end
  })
  const isHealthy = async () => {
    const [command = '', ...rest] = image.health
    const port = options.healthPort === undefined ? [] : [String(options.healthPort)]
    return promisify(execFile)(command, [...rest, ...port], { cwd: image.folder, env }).then(
      () => true,
      () => false,
    )
  }
  const stop = async () => {
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS)
    if (end === undefined) child.kill('SIGTERM')
    await ended
    clearTimeout(late)
    return end ?? 'unknown'
  }
  return {
    async healthy() {
      const deadline = Date.now() + HEALTHY_MILLIS
      while (!(await isHealthy())) {
        if (end !== undefined) throw new Error(`it ended with ${end}:\n${printed}`)
        if (Date.now() > deadline)
          throw new Error(`it is not healthy after ${HEALTHY_MILLIS / 1000} s:\n${printed}`)
        await pause(200)
      }
    },
    stop,
    output: () => printed,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}
