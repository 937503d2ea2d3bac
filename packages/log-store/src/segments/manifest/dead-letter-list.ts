import { join } from 'node:path'
import type { DeadLetter } from '@heartwood/event'
import type { DurableFiles } from '../files/durable-files.ts'
import { decodeDeadLetters } from './dead-letter-file.ts'
import type { ManifestState } from './manifest-state.ts'
import { deadLettersDirectory, readSide } from './side-files.ts'

/** Dead letters newest first: those of the log, then file by file; only as many files are read as a page needs. */
export async function listDeadLetters(
  files: DurableFiles,
  dir: string,
  state: ManifestState,
  { limit, before }: { readonly limit: number; readonly before?: string },
): Promise<{ items: DeadLetter[]; total: number }> {
  const total = state.deadLetterFiles.reduce((sum, { count }) => sum + count, state.deadLetters.length)
  const items: DeadLetter[] = []
  let started = before === undefined
  for await (const letter of newestFirst(files, dir, state)) {
    if (items.length >= limit) break
    if (started) items.push(letter)
    else started = letter.id === before
  }
  return { items, total }
}

async function* newestFirst(
  files: DurableFiles,
  dir: string,
  state: ManifestState,
): AsyncGenerator<DeadLetter> {
  const sources = [...state.deadLetterFiles].reverse()
  yield* state.deadLetters.toReversed()
  for (const info of sources) {
    const path = join(deadLettersDirectory(dir), info.file)
    yield* decodeDeadLetters(await readSide(files, path, info), info.crc, path).reverse()
  }
}
