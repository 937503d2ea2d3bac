import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'

export const Duty = z.object({
  folders: z.array(z.string()),
  /** Supervisors. */
  pids: z.array(z.number().int()),
})
export type Duty = z.infer<typeof Duty>

/**
 * Leaves nothing behind, however the bench ends: a process in a session of its own that outlives it, ends the Heartwoods it
 * has been told of and removes their folders.
 */
export class Cleaner {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'cleaner-process.ts'), {
    detached: true,
    execArgv: [],
  })
  readonly #folders = new Set<string>()
  readonly #pids = new Set<number>()

  folder(path: string): void {
    this.#folders.add(path)
    this.#tell()
  }

  removed(path: string): void {
    this.#folders.delete(path)
    this.#tell()
  }

  process(pid: number): void {
    this.#pids.add(pid)
    this.#tell()
  }

  ended(pid: number): void {
    this.#pids.delete(pid)
    this.#tell()
  }

  /** Ends and removes all of it; resolves when it is done. */
  async clean(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const exited = once(this.#child, 'exit')
    if (this.#child.connected) this.#child.disconnect()
    await exited
  }

  #tell(): void {
    const duty: Duty = { folders: [...this.#folders], pids: [...this.#pids] }
    if (this.#child.connected) this.#child.send(duty)
  }
}
