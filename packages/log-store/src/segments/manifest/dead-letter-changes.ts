import { join } from 'node:path'
import type { DeadLetter, DeadLetterFilter } from '@heartwood/event'
import type { DurableFiles } from '../files/durable-files.ts'
import type { Committer } from './committer.ts'
import { letterBytes } from './dead-letter-file.ts'
import { findDeadLetters, readDeadLetters } from './dead-letter-list.ts'
import type { Delta, GoneDeadLetters } from './manifest-format.ts'
import { deadLettersDirectory, writeDeadLetters } from './side-files.ts'

export interface DeadLetterChangesParts {
  readonly files: DurableFiles
  readonly dir: string
  readonly committer: Committer
  readonly nextName: () => string
}

/** Dead letters of a commit above this many bytes get a file of their own. */
const LOGGED_BYTES = 256 * 1024

/** What a commit says of dead letters. Only in turn: it must follow what is committed. */
export class DeadLetterChanges {
  readonly #parts: DeadLetterChangesParts
  /** The ids in a file, which does not change; read when one of them may go. */
  #idsByFile = new Map<string, ReadonlySet<string>>()

  constructor(parts: DeadLetterChangesParts) {
    this.#parts = parts
  }

  /**
   * New letters, and those that were replayed, of which one may be among the new ones again.
   * @param created gets the path of a file that it brings, also of one half-written by a failure
   */
  async change(
    letters: readonly DeadLetter[],
    replayed: readonly string[],
    created: string[],
  ): Promise<Pick<Delta, 'dead_letters' | 'dead_letter_file' | 'dead_letters_gone'>> {
    const gone = replayed.length === 0 ? [] : await this.#holdersOf(new Set(replayed))
    const removal = gone.length === 0 ? {} : { dead_letters_gone: gone }
    if (letters.length === 0) return removal
    const away = new Set(gone.flatMap(({ file, ids }) => (file === undefined ? ids : [])))
    const { state } = this.#parts.committer
    const all = [...state.deadLetters.filter(({ id }) => !away.has(id)), ...letters]
    if (letterBytes(all) <= LOGGED_BYTES) return { ...removal, dead_letters: [...letters] }
    const { files, dir, nextName } = this.#parts
    const name = nextName()
    created.push(join(deadLettersDirectory(dir), `${name}.ndjson`))
    const dead_letter_file = await writeDeadLetters(files, dir, all, name)
    await files.syncDirectory(deadLettersDirectory(dir))
    return { ...removal, dead_letter_file }
  }

  /** Those that match, as what is to go. */
  async matching(filter: DeadLetterFilter): Promise<{ gone: GoneDeadLetters[]; count: number }> {
    const { files, dir, committer } = this.#parts
    const byFile = new Map<string | undefined, string[]>()
    let count = 0
    for await (const { letter, file } of findDeadLetters(files, dir, committer.state, filter)) {
      const ids = byFile.get(file) ?? []
      byFile.set(file, ids)
      ids.push(letter.id)
      count++
    }
    return { gone: goneOf(byFile), count }
  }

  /** Where these letters are, as far as they still count. */
  async #holdersOf(ids: ReadonlySet<string>): Promise<GoneDeadLetters[]> {
    const { state } = this.#parts.committer
    const byFile = new Map<string | undefined, string[]>()
    const logged = state.deadLetters.filter(({ id }) => ids.has(id)).map(({ id }) => id)
    if (logged.length > 0) byFile.set(undefined, logged)
    for (const { file } of state.deadLetterFiles) {
      const gone = state.goneDeadLetters.get(file)
      const inFile = await this.#idsOf(file)
      const held = [...ids].filter((id) => inFile.has(id) && gone?.has(id) !== true)
      if (held.length > 0) byFile.set(file, held)
    }
    return goneOf(byFile)
  }

  async #idsOf(file: string): Promise<ReadonlySet<string>> {
    const { files, dir, committer } = this.#parts
    const { deadLetterFiles } = committer.state
    const known = this.#idsByFile.get(file)
    if (known !== undefined) return known
    const info = deadLetterFiles.find((one) => one.file === file)
    const letters = info === undefined ? [] : await readDeadLetters(files, dir, info, undefined)
    const ids = new Set(letters.map(({ id }) => id))
    const current = new Set(deadLetterFiles.map((info) => info.file))
    this.#idsByFile = new Map([...this.#idsByFile].filter(([name]) => current.has(name))).set(file, ids)
    return ids
  }
}

function goneOf(byFile: ReadonlyMap<string | undefined, string[]>): GoneDeadLetters[] {
  return Array.from(byFile, ([file, ids]) => (file === undefined ? { ids } : { file, ids }))
}
