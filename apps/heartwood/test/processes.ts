import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '@heartwood/db/embedded'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'

const FIXTURE = fileURLToPath(new URL('./fixtures/start.ts', import.meta.url))
const PORT_SETTINGS = ['WEB', 'INGEST', 'QUERY', 'INDEXER', 'ALERTER', 'DEMO', 'POSTGRES'].map(
  (name) => `HEARTWOOD_${name}_PORT`,
)

/** A process of ours. */
export interface Started extends AsyncDisposable {
  readonly pid: number
  readonly exited: Promise<number | string>
  /** Everything it has written so far. */
  readonly text: string
  /** Resolves once what it wrote matches. */
  said(pattern: RegExp): Promise<RegExpMatchArray>
  signal(signal: NodeJS.Signals): void
}

/** `start` as a process of its own, with fixture apps. */
export function startHeartwood(env: Record<string, string>): Started {
  return spawned([FIXTURE], env)
}

/** Node with these arguments and this environment only. */
export function spawned(args: readonly string[], env: Record<string, string>): Started {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk
    })
  }
  const exited = once(child, 'close').then(([code, signal]): number | string => code ?? signal)
  let hasExited = false
  void exited.then(() => {
    hasExited = true
  })
  return {
    pid: child.pid ?? 0,
    exited,
    get text() {
      return text
    },
    async said(pattern) {
      await until(() => hasExited || pattern.test(text), `it to say ${pattern}`)
      const match = pattern.exec(text)
      if (match === null) throw new Error(`it never said ${pattern}, but:\n${text}`)
      return match
    },
    signal: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** A port for every setting that no other test uses, as the environment that names them. */
export async function freePortSettings(): Promise<Record<string, string>> {
  const ports = await freePorts(PORT_SETTINGS.length)
  return Object.fromEntries(PORT_SETTINGS.map((name, index) => [name, String(ports[index])]))
}

/** Somebody else's server. */
export const listen = (port: number) => onLoopback(createServer(), port)

export async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'heartwood-start-'))
  await chmod(path, 0o755)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10 }) }
}

/** Zombies, which nobody has waited for yet, count as ended. */
export function isRunning(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)]).toString()
    return !state.startsWith('Z')
  } catch {
    return false
  }
}

/** Numbers of the processes that `parent` started and that still run. */
export function childrenOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=']).toString().split('\n')
  return lines.flatMap((line) => {
    const [pid, ppid] = line.trim().split(/\s+/).map(Number)
    return ppid === parent && pid !== undefined && isRunning(pid) ? [pid] : []
  })
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited 60 s in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
