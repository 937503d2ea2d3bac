import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { processSpace, startTimeOf, stillRuns } from './process-identity.ts'
import { Refusal, systemCode } from './refusal.ts'

const Process = z.object({ name: z.string(), pid: z.number().int().positive(), started: z.string() })
const LockContent = z.object({
  /** See processSpace. */
  space: z.string(),
  holder: Process,
  /** The apps the holder started. They end with it, but may take a moment. */
  children: z.array(Process),
})
type LockContent = z.infer<typeof LockContent>

/** A holder in another container is known to live by the time of its lock file, which it renews this often. */
const RENEW_MS = 4_000
const SILENT_MS = 12_000
/** How long the apps of a holder that was killed get to stop in order, and then after SIGKILL. */
const ORPHAN_GRACE_MS = 15_000
const KILLED_GRACE_MS = 5_000

export interface DataFolderLock extends AsyncDisposable {
  /** Writes down which apps run now, so that a next start knows them should this process be killed. */
  recordChildren(children: readonly { readonly name: string; readonly pid: number }[]): Promise<void>
  release(): Promise<void>
}

/**
 * Takes the data folder for this process: `run/lock` names the holder by number and start time, so neither a lock that
 * was left behind nor a number in use again blocks. Apps that a killed holder left running are waited for, then ended.
 * Throws a Refusal where another Heartwood holds it.
 */
export async function lockDataFolder(folder: string, say: (line: string) => void): Promise<DataFolderLock> {
  const path = join(folder, 'run', 'lock')
  const space = await processSpace()
  const self = { name: 'heartwood', pid: process.pid, started: (await startTimeOf(process.pid)) ?? '' }
  let content: LockContent = { space, holder: self, children: [] }

  const fresh = `${path}.${randomUUID()}`
  await writeFile(fresh, JSON.stringify(content), { mode: 0o644 })
  try {
    while (!(await claim(fresh, path))) await removeIfStale(path, space, folder, say)
  } finally {
    await rm(fresh, { force: true })
  }

  const renewal = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, RENEW_MS)
  renewal.unref()

  let writing: Promise<void> = Promise.resolve()
  let released = false
  const release = async () => {
    if (released) return
    released = true
    clearInterval(renewal)
    await writing
    await rm(path, { force: true })
  }
  return {
    recordChildren(children) {
      writing = writing.then(async () => {
        const known = await Promise.all(
          children.map(async ({ name, pid }) => ({ name, pid, started: (await startTimeOf(pid)) ?? '' })),
        )
        if (released) return
        content = { ...content, children: known }
        const next = `${path}.${randomUUID()}`
        await writeFile(next, JSON.stringify(content), { mode: 0o644 })
        await rename(next, path)
      })
      return writing
    },
    release,
    [Symbol.asyncDispose]: release,
  }
}

/** Links the finished file to the lock's name, which fails where there is one: there is never half a lock. */
async function claim(fresh: string, path: string): Promise<boolean> {
  try {
    await link(fresh, path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

async function removeIfStale(
  path: string,
  space: string,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const content = parseLock(text)
  if (content !== undefined && content.space !== space) {
    if (await isRenewed(path)) {
      throw new Refusal(`${folder} is in use by a Heartwood in another container or on another machine.`)
    }
  } else if (content !== undefined) {
    if (await stillRuns(content.holder)) {
      throw new Refusal(
        `${folder} is in use by another Heartwood (process ${content.holder.pid}): stop it, or choose another folder with --data-dir.`,
      )
    }
    await endOrphans(content.children, say)
  }
  await removeLock(path, text)
}

function parseLock(text: string): LockContent | undefined {
  try {
    return LockContent.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Moves the stale lock away. If another start was faster and it is a new lock by now, that goes back. */
async function removeLock(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'EEXIST') throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/** Whether somebody renews the lock: watches it for a few renewals. */
async function isRenewed(path: string): Promise<boolean> {
  const seen = (await stat(path)).mtimeMs
  const deadline = performance.now() + SILENT_MS
  while (performance.now() < deadline) {
    await pause(250)
    const now = await stat(path).catch(() => undefined)
    if (now === undefined) return false
    if (now.mtimeMs !== seen) return true
  }
  return false
}

async function endOrphans(children: LockContent['children'], say: (line: string) => void): Promise<void> {
  let running = await stillRunning(children)
  if (running.length === 0) return
  say(`waiting for ${running.map(({ name }) => name).join(', ')} of an earlier start to end`)
  for (const [signal, grace] of [
    ['SIGTERM', ORPHAN_GRACE_MS],
    ['SIGKILL', KILLED_GRACE_MS],
  ] as const) {
    for (const { pid } of running) {
      try {
        process.kill(pid, signal)
      } catch (error) {
        if (systemCode(error) !== 'ESRCH') throw error
      }
    }
    const deadline = performance.now() + grace
    while (running.length > 0 && performance.now() < deadline) {
      await pause(25)
      running = await stillRunning(running)
    }
    if (running.length === 0) return
  }
  throw new Refusal(
    `the process ${running.map(({ pid }) => pid).join(', ')} of an earlier start does not end: stop it, then start again.`,
  )
}

async function stillRunning(children: LockContent['children']): Promise<LockContent['children']> {
  const states = await Promise.all(children.map(stillRuns))
  return children.filter((_, index) => states[index])
}
