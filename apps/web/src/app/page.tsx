import { Suspense } from 'react'
import { SearchPage } from '../features/search/search-page.tsx'

/** The first page: the search itself. What it shows stands in the URL. */
export default function Page() {
  return (
    <Suspense>
      <SearchPage />
    </Suspense>
  )
}
