import { LEVELS, ownField } from '@heartwood/event'
import { complete, narrowing, type Place, placeAt, printValue } from '@heartwood/query-lang'
import { historyMatching } from './query-history.ts'

/** A value of a field, and how many events of the range have it. */
export interface ValueCount {
  readonly value: string
  readonly count: number
}

/** What suggestions are made of. */
export interface Suggestions {
  /** Names of fields that occur in the range, the commonest first. */
  readonly fields: readonly string[]
  /** Queries that were run, the latest first. */
  readonly history: readonly string[]
  /** The commonest values of a field among the events a query finds; undefined where that could not be told in time. */
  values(
    field: string,
    query: string,
    typed: string,
    signal: AbortSignal,
  ): Promise<readonly ValueCount[] | undefined>
}

/** Something to put in place of text[start, end). */
export interface Offer {
  readonly kind: 'field' | 'value' | 'operator' | 'recent'
  readonly label: string
  readonly insert: string
  readonly start: number
  readonly end: number
  /** What it is, or how often it occurs. */
  readonly about?: string
}

const MAX_OFFERED = 12
const MAX_RECENT = 4

/**
 * What may be meant at the cursor: values by how often they occur, fields, operators, and queries that were run. Where nothing is typed yet,
 * only behind `field:`, or when `asked` for.
 */
export async function offersAt(
  text: string,
  cursor: number,
  asked: boolean,
  suggestions: Suggestions,
  signal: AbortSignal,
): Promise<readonly Offer[]> {
  const place = placeAt(text, cursor)
  if (place === undefined) return []
  if (place.kind === 'value') return valueOffers(text, place, suggestions, signal)
  if (place.typed === '' && !asked) return []
  const recent = recentOffers(text, suggestions.history)
  const named = complete(text, cursor, suggestions.fields)
    .filter(({ insert }) => insert !== place.typed)
    .slice(0, MAX_OFFERED)
    .map(
      ({ kind, insert, start, end, about }): Offer => ({
        kind: kind === 'operator' ? 'operator' : 'field',
        label: insert.replace(/:$/, ''),
        insert: kind === 'operator' ? `${insert} ` : insert,
        start,
        end,
        ...(about !== undefined && { about }),
      }),
    )
  return [...named, ...recent]
}

async function valueOffers(
  text: string,
  place: Extract<Place, { kind: 'value' }>,
  suggestions: Suggestions,
  signal: AbortSignal,
): Promise<readonly Offer[]> {
  const { start, end, typed } = place
  const own = ownField(place.field)
  if (own?.kind === 'time' || own?.kind === 'text') return []
  const counted = await suggestions.values(own?.name ?? place.field, narrowing(text, place), typed, signal)
  if (signal.aborted) return []
  const known = counted ?? []
  const others =
    own?.kind === 'level' ? LEVELS.filter((level) => known.every(({ value }) => value !== level)) : []
  const wanted = typed.toLowerCase()
  return [...known, ...others.map((value) => ({ value, count: undefined }))]
    .filter(({ value }) => value.toLowerCase().includes(wanted) && value !== typed)
    .sort((a, b) => Number(startsWith(b.value, wanted)) - Number(startsWith(a.value, wanted)))
    .slice(0, MAX_OFFERED)
    .map(({ value, count }) => ({
      kind: 'value',
      label: value,
      insert: `${printValue(value)} `,
      start,
      end,
      ...(count !== undefined && { about: count.toLocaleString('en') }),
    }))
}

function startsWith(value: string, wanted: string): boolean {
  return value.toLowerCase().startsWith(wanted)
}

/** Whole queries, for someone who begins one like them. */
function recentOffers(text: string, history: readonly string[]): Offer[] {
  return historyMatching(history, text)
    .filter((query) => query !== text.trim())
    .slice(0, MAX_RECENT)
    .map((query) => ({
      kind: 'recent',
      label: query,
      insert: query,
      start: 0,
      end: text.length,
      about: 'recent',
    }))
}
