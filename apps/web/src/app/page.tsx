import type { Metadata } from 'next'
import { SearchPage } from '../features/search/search-page.tsx'
import { type PageParams, searchTitle } from '../features/search/search-title.ts'

/** Next writes the title once more after the page has: it must be the same. */
export async function generateMetadata({ searchParams }: { searchParams: PageParams }): Promise<Metadata> {
  const { query } = await searchParams
  return { title: searchTitle((Array.isArray(query) ? query[0] : query) ?? '') }
}

/** The first page: the search itself. What it shows stands in the URL. */
export default function Page() {
  return <SearchPage />
}
