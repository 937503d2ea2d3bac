import type { Database } from '@heartwood/db'
import { AppError } from '@heartwood/runtime'
import type { SavedSearchSources } from './saved-searches.ts'

/**
 * The repository in the database at `url`. The client is loaded when first asked, because it takes 60 MB that most days
 * need not; a failed opening is tried again with the next question.
 */
export function savedSearchesOf(
  url: string | undefined,
  stopping: { add(what: string, stop: () => Promise<void>): void },
): SavedSearchSources['repository'] {
  let opened: Promise<Database> | undefined
  async function open(from: string): Promise<Database> {
    const { openDatabase } = await import('@heartwood/db/database')
    const database = openDatabase(from, { connections: 2 })
    stopping.add('the database', () => database.close())
    return database
  }
  return async (work) => {
    if (url === undefined)
      throw new AppError('unavailable', 'Saved searches need DATABASE_URL; "heartwood start" sets it.')
    opened ??= open(url)
    const { savedSearches } = await opened
    try {
      return await work(savedSearches)
    } catch (error) {
      const { isAway } = await import('@heartwood/db/database')
      if (!isAway(error)) throw error
      throw new AppError('unavailable', 'The database does not answer; try again in a moment.', {
        cause: error,
        retryAfterSeconds: 2,
      })
    }
  }
}
