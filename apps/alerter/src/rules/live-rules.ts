import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EXAMPLE_RULES, parseRulesFile, type RulesFile } from '@heartwood/alerts'

/** The rules file while it may be edited at any time. */
export interface LiveRules extends Disposable {
  /** What is in force: the last reading without a mistake. Undefined as long as there was none. */
  readonly current: RulesFile | undefined
  /** What is wrong with the file now, one sentence each; empty when it is in force as it stands. */
  readonly problems: readonly string[]
  /** Calls `listener` now and after every change of the above. */
  listen(listener: () => void): void
}

/**
 * Reads the rules file now and whenever its text changes. A file that is wrong or cannot be read leaves in force what
 * was. A missing one is made with the example rules, or where it comes and goes, has none.
 */
export async function openLiveRules(
  path: string,
  pollMillis: number,
  whenMissing: 'make' | 'none' = 'make',
): Promise<LiveRules> {
  const listeners: (() => void)[] = []
  let current: RulesFile | undefined
  let problems: readonly string[] = []

  const set = (found: readonly string[], file = current): void => {
    if (file === current && found.join('\n') === problems.join('\n')) return
    current = file
    problems = found
    for (const listener of listeners) listener()
  }
  const take = (found: Found): void => {
    const result =
      'text' in found ? parseRulesFile(found.text) : { ok: false as const, errors: [found.error] }
    if (result.ok) set([], result.file)
    else set(result.errors)
  }

  // Where it may not be written the reading that follows says what is wrong.
  if (whenMissing === 'make') await makeIfMissing(path).catch(() => undefined)
  const look = whenMissing === 'make' ? () => lookAt(path) : () => lookAt(path, NO_RULES)
  let taken = await look()
  take(taken)
  let before = taken
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(async () => {
      const found = await look()
      // Only what is found twice counts: an editor empties a file before it writes it.
      if (same(found, before) && !same(found, taken)) {
        taken = found
        take(found)
      }
      before = found
    })
  }, pollMillis).unref()
  return {
    get current() {
      return current
    },
    get problems() {
      return problems
    },
    listen(listener) {
      listeners.push(listener)
      listener()
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

type Found = { readonly text: string } | { readonly error: string }

const NO_RULES = ''

/** What stands in the file, or instead of it where it is missing. */
async function lookAt(path: string, missing?: string): Promise<Found> {
  try {
    return { text: await readFile(path, 'utf8') }
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing !== undefined && isMissing) return { text: missing }
    return { error: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function same(a: Found, b: Found): boolean {
  return 'text' in a ? 'text' in b && a.text === b.text : 'error' in b && a.error === b.error
}

async function makeIfMissing(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, EXAMPLE_RULES, { flag: 'wx' })
}
