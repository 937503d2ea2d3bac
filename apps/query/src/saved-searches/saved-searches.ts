import type { QuestionService, SavedSearchContent, SavedSearchJson } from '@heartwood/api'
import type { SavedSearchRepository, SearchContent, StoredSearch } from '@heartwood/db'
import { parse, parseTime } from '@heartwood/query-lang'
import { AppError } from '@heartwood/runtime'

/** More are no list to choose from any more. */
const MOST = 1_000

export interface SavedSearchSources {
  /** Connects when first asked. Throws AppError `unavailable` while there is no database. */
  readonly repository: <T>(work: (searches: SavedSearchRepository) => Promise<T>) => Promise<T>
  /** Whose the new ones are. */
  readonly owner: string
  /** UUIDs. */
  readonly newId: () => string
  /** Epoch milliseconds. */
  readonly now: () => number
}

export type SavedSearchQuestions = Pick<
  QuestionService,
  'savedSearches' | 'savedSearch' | 'saveSearch' | 'replaceSavedSearch' | 'removeSavedSearch'
>

/** Searches that were given a name: kept by the database, checked here so that each of them can be opened. */
export function savedSearchQuestions(sources: SavedSearchSources): SavedSearchQuestions {
  const { repository, owner, newId, now } = sources
  return {
    savedSearches: () =>
      repository(async (searches) => ({ saved_searches: (await searches.all()).map(toJson) })),

    savedSearch: (id) =>
      repository(async (searches) => {
        const found = await searches.byId(id)
        if (found === undefined) throw missing(id)
        return toJson(found)
      }),

    saveSearch(content) {
      check(content)
      return repository(async (searches) => {
        if ((await searches.count()) >= MOST)
          throw new AppError(
            'conflict',
            `There are ${MOST} saved searches, as many as there can be: remove one first.`,
          )
        const at = now()
        const search = { ...toContent(content), id: newId(), owner, createdAt: at, updatedAt: at }
        if (!(await searches.add(search))) throw taken(content.name)
        return toJson(search)
      })
    },

    replaceSavedSearch({ id, ...content }) {
      check(content)
      return repository(async (searches) => {
        const outcome = await searches.replace(id, toContent(content), now())
        if (outcome === 'taken') throw taken(content.name)
        const replaced = outcome === 'missing' ? undefined : await searches.byId(id)
        if (replaced === undefined) throw missing(id)
        return toJson(replaced)
      })
    },

    removeSavedSearch: (id) =>
      repository(async (searches) => {
        const removed = await searches.remove(id)
        if (removed === undefined) throw missing(id)
        return toJson(removed)
      }),
  }
}

function check({ query, from_time, to_time }: Omit<SavedSearchContent, 'name'>): void {
  const { valid, diagnostics } = parse(query)
  if (!valid) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    throw new AppError('invalid_query', errors[0]?.message ?? 'The query has an error.', {
      details: { spans: errors.map(({ message, span }) => ({ ...span, message })) },
    })
  }
  for (const [name, text] of Object.entries({ from_time, to_time }))
    if (parseTime(text, 0n) === undefined)
      throw new AppError('invalid_parameter', `${name} is no time: ${text}`, {
        details: { parameters: [name] },
      })
}

function taken(name: string): AppError {
  return new AppError('conflict', `There is a saved search named ${JSON.stringify(name)} already.`)
}

function missing(id: string): AppError {
  return new AppError('not_found', `No saved search ${id}; it may have been removed.`)
}

function toContent({ from_time, to_time, ...content }: SavedSearchContent): SearchContent {
  return { ...content, fromTime: from_time, toTime: to_time }
}

function toJson(search: StoredSearch): SavedSearchJson {
  return {
    id: search.id,
    owner: search.owner,
    name: search.name,
    description: search.description,
    query: search.query,
    from_time: search.fromTime,
    to_time: search.toTime,
    display: search.display,
    created_at: new Date(search.createdAt).toISOString(),
    updated_at: new Date(search.updatedAt).toISOString(),
  }
}
