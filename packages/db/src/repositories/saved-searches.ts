import { Prisma, type SavedSearch } from '../generated/client.ts'

/** Times of `createdAt` and `updatedAt` are epoch milliseconds; `fromTime` and `toTime` are texts of the query language. */
export interface StoredSearch {
  readonly id: string
  readonly owner: string
  readonly name: string
  readonly description: string
  readonly query: string
  readonly fromTime: string
  readonly toTime: string
  readonly display: string
  readonly createdAt: number
  readonly updatedAt: number
}
export type SearchContent = Omit<StoredSearch, 'id' | 'owner' | 'createdAt' | 'updatedAt'>

export interface SavedSearchRepository {
  /** By name, letters of any case alike. */
  all(): Promise<StoredSearch[]>
  byId(id: string): Promise<StoredSearch | undefined>
  count(): Promise<number>
  /** False where the owner has another of this name: nothing is stored then. */
  add(search: StoredSearch): Promise<boolean>
  /** `taken` as in `add`; `missing` where there is none of this id. */
  replace(id: string, content: SearchContent, updatedAt: number): Promise<'replaced' | 'taken' | 'missing'>
  /** What was removed, or undefined where there is none of this id. */
  remove(id: string): Promise<StoredSearch | undefined>
}

export function savedSearchRepository(client: Prisma.TransactionClient): SavedSearchRepository {
  return {
    async all() {
      const { compare } = new Intl.Collator('en', { sensitivity: 'base', numeric: true })
      return (await client.savedSearch.findMany()).map(stored).sort((a, b) => compare(a.name, b.name))
    },
    async byId(id) {
      const found = await client.savedSearch.findUnique({ where: { id } })
      return found === null ? undefined : stored(found)
    },
    count: () => client.savedSearch.count(),
    async add({ createdAt, updatedAt, ...content }) {
      const dates = { createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) }
      const { count } = await client.savedSearch.createMany({
        data: [{ ...content, ...dates }],
        skipDuplicates: true,
      })
      return count === 1
    },
    async replace(id, content, updatedAt) {
      try {
        const data = { ...content, updatedAt: new Date(updatedAt) }
        const { count } = await client.savedSearch.updateMany({ where: { id }, data })
        return count === 1 ? 'replaced' : 'missing'
      } catch (error) {
        if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return 'taken'
        throw error
      }
    },
    async remove(id) {
      const found = await client.savedSearch.findUnique({ where: { id } })
      const { count } = await client.savedSearch.deleteMany({ where: { id } })
      return found === null || count === 0 ? undefined : stored(found)
    },
  }
}

function stored({ createdAt, updatedAt, ...search }: SavedSearch): StoredSearch {
  return { ...search, createdAt: createdAt.getTime(), updatedAt: updatedAt.getTime() }
}
