import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const MAIN = join(import.meta.dirname, '../../apps/heartwood/src/main.ts')

/** A command of the command line that is under way. */
export interface HeartwoodCommand {
  /** Resolves when it has ended, whatever with. */
  readonly ended: Promise<CommandEnd>
  /** SIGKILL. */
  kill(): void
}

export interface CommandEnd {
  /** null where a signal ended it. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export function startCommand(
  env: Readonly<Record<string, string>>,
  ...words: readonly string[]
): HeartwoodCommand {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = Promise.all([text(child.stdout), text(child.stderr)])
  return {
    ended: once(child, 'close').then(async () => {
      const [out, err] = await printed
      return { code: child.exitCode, out, err }
    }),
    kill: () => void child.kill('SIGKILL'),
  }
}
