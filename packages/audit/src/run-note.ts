import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

/**
 * What a process leaves behind for its next start, beside its outbox: whether it stopped in order, and which settings were in
 * force.
 */
const RunNote = z.object({
  stopped: z.boolean(),
  /** Under which secrets are named; see `secretFingerprint`. */
  key: z.string().min(32),
  configuration: z.record(z.string(), z.string()).optional(),
})
export type RunNote = z.infer<typeof RunNote>

/** Undefined where there is none, or none that can be read. */
export async function readRunNote(path: string): Promise<RunNote | undefined> {
  try {
    return RunNote.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Not fsynced: a note that is lost makes the next start look like the first. */
export async function writeRunNote(path: string, note: RunNote): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.tmp`, JSON.stringify(note), { mode: 0o600 })
  await rename(`${path}.tmp`, path)
}

export function newKey(): string {
  return randomBytes(32).toString('hex')
}
