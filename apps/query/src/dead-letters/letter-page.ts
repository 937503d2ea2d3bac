import type { DeadLetterGroup, DeadLetterJson, DeadLettersOutput, WholeDeadLetter } from '@heartwood/api'
import { type DeadLetter, type DeadLetterFilter, reasonKind } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import { AppError } from '@heartwood/runtime'

const MAX_GROUPS = 50

/** A page of the letters that match, newest first, and what there is of them in all; `before` is the last id of the page before. */
export async function letterPage(
  reader: LogReader,
  filter: DeadLetterFilter,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
  signal: AbortSignal,
): Promise<DeadLettersOutput> {
  await reader.refresh()
  const { count, dropped } = (await reader.stats()).deadLetters
  const items: DeadLetterJson[] = []
  const groups = new Map<string, DeadLetterGroup>()
  let matching = 0
  let replayable = 0
  let hasStarted = before === undefined
  let isMore = false
  for await (const letter of reader.eachDeadLetter(filter)) {
    signal.throwIfAborted()
    matching++
    if (letter.original !== undefined) replayable++
    addToGroup(groups, letter)
    if (!hasStarted) hasStarted = letter.id === before
    else if (items.length < limit) items.push(letterJson(letter))
    else isMore = true
  }
  return {
    total: count,
    matching,
    replayable,
    dropped,
    items,
    groups: [...groups.values()].sort((a, b) => b.letters - a.letters).slice(0, MAX_GROUPS),
    next_before: isMore ? (items.at(-1)?.id ?? null) : null,
  }
}

/** Throws `not_found`. */
export async function wholeLetter(reader: LogReader, id: string): Promise<WholeDeadLetter> {
  await reader.refresh()
  for await (const letter of reader.eachDeadLetter({ id })) {
    return { ...letterJson(letter), ...(letter.original && { original: letter.original }) }
  }
  throw new AppError(
    'not_found',
    `No dead letter ${JSON.stringify(id)}: it was replayed, dismissed, or is past the limits of what is kept.`,
  )
}

function letterJson({ original, ...letter }: DeadLetter): DeadLetterJson {
  const missing = 'it was put aside by a version that did not keep the bytes'
  return {
    ...letter,
    replayable: original !== undefined,
    salvaged: original?.salvaged === true,
    ...(original === undefined && { not_replayable: letter.not_replayable ?? missing }),
  }
}

function addToGroup(groups: Map<string, DeadLetterGroup>, { door, step, reason, records, at }: DeadLetter) {
  const kind = reasonKind(reason)
  const key = JSON.stringify([door, step, kind])
  const group = groups.get(key)
  if (group === undefined) groups.set(key, { door, step, reason: kind, letters: 1, records, newest: at })
  else {
    group.letters++
    group.records += records
    if (at > group.newest) group.newest = at
  }
}
