import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toLogJson } from '@heartwood/api'
import { exactIntegers, exactJson, type LogEvent } from '@heartwood/event'

/** Where the files of versions are, each in a folder of its name. */
export const FILES = fileURLToPath(new URL('files', import.meta.url))

/** What has to be found in the files of one kind. */
export interface Expected {
  readonly events: readonly LogEvent[]
  /** Ids of dead letters. */
  readonly deadLetters?: readonly string[]
}

/** An event as JSON, which a later version may add to and must not take from. */
export function jsonOf(event: LogEvent): unknown {
  return JSON.parse(exactJson(toLogJson(event)), exactIntegers)
}

/** By id, as they are written down. */
export function sortedById<T extends { readonly id: string }>(events: readonly T[]): T[] {
  return events.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

export async function writeExpected(dir: string, { events, deadLetters = [] }: Expected): Promise<void> {
  const lines = sortedById(events).map((event) => `${exactJson(toLogJson(event))}\n`)
  await writeFile(join(dir, 'events.ndjson'), lines.join(''))
  await writeFile(join(dir, 'dead-letters.txt'), deadLetters.map((id) => `${id}\n`).join(''))
}

export async function readExpected(dir: string): Promise<{ events: unknown[]; deadLetters: string[] }> {
  const lines = async (file: string) =>
    (await readFile(join(dir, file), 'utf8')).split('\n').filter((line) => line !== '')
  return {
    events: (await lines('events.ndjson')).map((line) => JSON.parse(line, exactIntegers)),
    deadLetters: await lines('dead-letters.txt'),
  }
}

/** The versions whose files are kept. */
export async function versions(): Promise<string[]> {
  return (await readdir(FILES)).sort()
}

/** A copy of the files of one kind that can be written to. */
export async function copyOf(
  version: string,
  kind: string,
): Promise<{ readonly dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-upgrade-'))
  await cp(join(FILES, version, kind), dir, { recursive: true })
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) }
}
