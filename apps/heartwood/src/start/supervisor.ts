import { rm, writeFile } from 'node:fs/promises'
import type { ProcessTrail } from '@heartwood/audit'
import { type AppProcess, type AppSpec, runApp } from './app-process.ts'
import type { Database } from './database.ts'
import type { DataFolderLock } from './lock.ts'
import type { Output } from './output.ts'

/** Everything that runs below `start`, as it comes up piece by piece, so that whatever is there can be stopped. */
export interface Supervisor {
  holds(lock: DataFolderLock): void
  uses(database: Database): void
  audits(trail: ProcessTrail): void
  /** Starts the apps; the order is that of stopping. */
  run(specs: readonly AppSpec[]): void
  /** Resolves when every app is ready; rejects with the Refusal of the first that gives up, or when aborted. */
  ready(signal: AbortSignal): Promise<void>
  /** Writes a file that says where everything is; it goes when everything stops. */
  announce(path: string, content: unknown): Promise<void>
  /** Apps one after the other, then PostgreSQL, then the audit trail, which says why, then the lock. */
  stop(reason: string | undefined): Promise<void>
  /** Ends the apps at once. PostgreSQL ends when this process does. */
  kill(): void
}

export function supervisor(output: Output): Supervisor {
  let apps: readonly AppProcess[] = []
  let lock: DataFolderLock | undefined
  let database: Database | undefined
  let audit: ProcessTrail | undefined
  let announced: string | undefined

  const recordChildren = () => {
    const children = apps.flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }]))
    lock?.recordChildren(children).catch((error: unknown) => output.say(`cannot write the lock: ${error}`))
  }
  return {
    holds(taken) {
      lock = taken
    },
    uses(started) {
      database = started
    },
    audits(trail) {
      audit = trail
    },
    run(specs) {
      const watcher = { line: output.app, say: output.say, changed: recordChildren }
      apps = specs.map((spec) => runApp(spec, watcher))
      recordChildren()
    },
    async ready(signal) {
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      await Promise.race([Promise.all(apps.map((app) => app.ready())), aborted])
    },
    async announce(path, content) {
      announced = path
      await writeFile(path, `${JSON.stringify(content)}\n`)
    },
    async stop(reason) {
      if (announced !== undefined) await rm(announced, { force: true })
      // Those of one app side by side: they stand at the same place of the way that data takes.
      for (const alike of Map.groupBy(apps, ({ app }) => app).values())
        await Promise.all(alike.map((app) => app.stop()))
      await database?.stop()
      await audit?.stopped(reason)
      await audit?.close()
      await lock?.release()
    },
    kill() {
      for (const app of apps) app.kill()
    },
  }
}
