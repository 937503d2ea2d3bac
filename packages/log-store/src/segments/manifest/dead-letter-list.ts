import { join } from 'node:path'
import { type DeadLetter, type DeadLetterFilter, matchesLetter } from '@heartwood/event'
import type { DurableFiles } from '../files/durable-files.ts'
import { decodeDeadLetters } from './dead-letter-file.ts'
import type { DeadLetterFileInfo } from './manifest-format.ts'
import type { ManifestState } from './manifest-state.ts'
import { deadLettersDirectory, readSide } from './side-files.ts'

type Letters = Pick<ManifestState, 'deadLetters' | 'deadLetterFiles' | 'goneDeadLetters' | 'deadLetterStats'>

/** Dead letters newest first: those of the log, then file by file; only as many files are read as a page needs. */
export async function listDeadLetters(
  files: DurableFiles,
  dir: string,
  state: Letters,
  { limit, before }: { readonly limit: number; readonly before?: string },
): Promise<{ items: DeadLetter[]; total: number }> {
  const items: DeadLetter[] = []
  let started = before === undefined
  for await (const { letter } of newestFirst(files, dir, state)) {
    if (items.length >= limit) break
    if (started) items.push(letter)
    else started = letter.id === before
  }
  return { items, total: state.deadLetterStats().count }
}

/** Those that match, newest first, each with the file that holds it; without one it is in the log. */
export async function* findDeadLetters(
  files: DurableFiles,
  dir: string,
  state: Letters,
  filter: DeadLetterFilter,
): AsyncGenerator<{ readonly letter: DeadLetter; readonly file?: string }> {
  for await (const found of newestFirst(files, dir, state))
    if (matchesLetter(filter, found.letter)) yield found
}

/** The letters of a file that count, oldest first. */
export async function readDeadLetters(
  files: DurableFiles,
  dir: string,
  info: DeadLetterFileInfo,
  gone: ReadonlySet<string> | undefined,
): Promise<DeadLetter[]> {
  const path = join(deadLettersDirectory(dir), info.file)
  const letters = decodeDeadLetters(await readSide(files, path, info), info.crc, path)
  return gone === undefined ? letters : letters.filter(({ id }) => !gone.has(id))
}

async function* newestFirst(
  files: DurableFiles,
  dir: string,
  state: Letters,
): AsyncGenerator<{ readonly letter: DeadLetter; readonly file?: string }> {
  // What changes while a page is read must not shift it.
  const logged = state.deadLetters.toReversed()
  const sources = state.deadLetterFiles.toReversed()
  const gone = new Map(state.goneDeadLetters)
  for (const letter of logged) yield { letter }
  for (const info of sources) {
    const { file } = info
    const letters = await readDeadLetters(files, dir, info, gone.get(file))
    for (const letter of letters.reverse()) yield { letter, file }
  }
}
