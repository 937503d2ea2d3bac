import { join } from 'node:path'
import { type DeadLetter, NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import type { DurableFiles } from '../files/durable-files.ts'
import { letterBytes, putAsideAt } from './dead-letter-file.ts'
import { readDeadLetters } from './dead-letter-list.ts'
import type { DeadLetterFileInfo } from './manifest-format.ts'
import type { ManifestState } from './manifest-state.ts'
import { deadLettersDirectory, type MovedFiles, writeDeadLetters } from './side-files.ts'

/** What is kept of the dead letters: the newest. */
export interface DeadLetterLimits {
  readonly count: number
  readonly bytes: number
  readonly retentionDays: number
}

export interface MovedDeadLetters extends MovedFiles<DeadLetterFileInfo> {
  /** So many went because of the limits. */
  readonly dropped: number
}

/** A file below this is written anew with what comes next, so that there are few. */
const SMALL_FILE = 4 * 1024 * 1024

/** A file as it is, or the letters of one that is to be written. */
type Part = { readonly info: DeadLetterFileInfo } | { readonly letters: readonly DeadLetter[] }

/** The letters of a file that count, oldest first. */
type ReadFile = (info: DeadLetterFileInfo) => Promise<DeadLetter[]>

/** Before this, letters are past the retention. */
export function letterHorizon({ retentionDays }: DeadLetterLimits, now: Nanos): Nanos {
  return now - BigInt(Math.round(retentionDays * 86_400)) * (NANOS_PER_DAY / 86_400n)
}

/**
 * Writes the dead letters of the log into a file; takes those that are gone out of the files that hold them, and the oldest
 * until the rest is within the limits.
 */
export async function moveDeadLetters(
  files: DurableFiles,
  dir: string,
  state: ManifestState,
  limits: DeadLetterLimits,
  now: Nanos,
  nextName: () => string,
): Promise<MovedDeadLetters> {
  const horizon = letterHorizon(limits, now)
  const read: ReadFile = (info) => readDeadLetters(files, dir, info, state.goneDeadLetters.get(info.file))
  const parts: Part[] = []
  let before = state.deadLetters.length
  for (const info of state.deadLetterFiles) {
    const gone = state.goneDeadLetters.get(info.file)?.size ?? 0
    before += info.count - gone
    const isAsItWas = gone === 0 && info.oldest !== undefined && info.oldest >= horizon
    parts.push(isAsItWas ? { info } : { letters: await read(info) })
  }
  if (state.deadLetters.length > 0) {
    const last = parts.at(-1)
    const small = last !== undefined && isSmall(last) ? parts.pop() : undefined
    parts.push({
      letters: [...(small === undefined ? [] : await lettersOf(small, read)), ...state.deadLetters],
    })
  }
  const kept = await newestWithin(parts, limits, horizon, read)
  const after = kept.reduce((sum, part) => sum + ('info' in part ? part.info.count : part.letters.length), 0)
  return { ...(await written(files, dir, state.deadLetterFiles, kept, nextName)), dropped: before - after }
}

function isSmall(part: Part): boolean {
  return ('info' in part ? part.info.bytes : letterBytes(part.letters)) < SMALL_FILE
}

async function lettersOf(part: Part, read: ReadFile): Promise<readonly DeadLetter[]> {
  return 'info' in part ? read(part.info) : part.letters
}

/** The newest letters within the limits, oldest part first. */
async function newestWithin(
  parts: readonly Part[],
  limits: DeadLetterLimits,
  horizon: Nanos,
  read: ReadFile,
): Promise<Part[]> {
  const kept: Part[] = []
  let { count, bytes } = limits
  for (const part of parts.toReversed()) {
    if (count <= 0 || bytes <= 0) break
    if ('info' in part && part.info.count <= count && part.info.bytes <= bytes) {
      kept.push(part)
      count -= part.info.count
      bytes -= part.info.bytes
      continue
    }
    const letters: DeadLetter[] = []
    for (const letter of (await lettersOf(part, read)).toReversed()) {
      if (putAsideAt(letter) < horizon) continue
      bytes -= letterBytes([letter])
      if (count-- <= 0 || bytes < 0) break
      letters.push(letter)
    }
    if (letters.length > 0) kept.push({ letters: letters.reverse() })
  }
  return kept.reverse()
}

async function written(
  files: DurableFiles,
  dir: string,
  current: readonly DeadLetterFileInfo[],
  parts: readonly Part[],
  nextName: () => string,
): Promise<MovedFiles<DeadLetterFileInfo>> {
  const directory = deadLettersDirectory(dir)
  const kept: DeadLetterFileInfo[] = []
  const created: string[] = []
  for (const part of parts) {
    if ('info' in part) {
      kept.push(part.info)
      continue
    }
    const info = await writeDeadLetters(files, dir, part.letters, nextName())
    kept.push(info)
    created.push(join(directory, info.file))
  }
  if (created.length > 0) await files.syncDirectory(directory)
  const names = new Set(kept.map(({ file }) => file))
  const obsolete = current.filter(({ file }) => !names.has(file)).map(({ file }) => join(directory, file))
  return { files: kept, created, obsolete }
}
