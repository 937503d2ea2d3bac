import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Where an agent sends what it reads: a door of ingest, or the topic that the indexers read. */
export type Destination =
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'kafka'; readonly broker: string; readonly topic: string }

/** A program of another maker that reads a file of logs, as its users set it up. */
export interface Agent {
  readonly name: string
  /** Starts it on a file that grows. @param folder a folder of its own for what it writes */
  start(log: string, to: Destination, folder: string): Promise<AgentProcess>
}

export interface AgentProcess extends AsyncDisposable {
  /** What it printed so far. */
  output(): string
  /** Whether it has ended by itself. */
  readonly ended: boolean
}

/** It has no longer than this to end in order. */
const STOP_MILLIS = 20_000

/** Starts it; leaving its scope ends it in order. */
export function startAgent(command: string, args: readonly string[], cwd: string): AgentProcess {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text))
  child.on('error', (error) => chunks.push(String(error)))
  const closed = once(child, 'close').catch(() => undefined)
  return {
    output: () => chunks.join(''),
    get ended() {
      return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS)
      await closed
      clearTimeout(late)
    },
  }
}
