'use client'

import { apiErrorOf } from '../../api/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { PageHead } from '../product-nav/page-head.tsx'
import { SearchError } from '../search/empty/search-error.tsx'
import { AllIsWell } from './all-is-well.tsx'
import { LetterActions } from './letter-actions.tsx'
import { LetterDrawer } from './letter-drawer.tsx'
import { LetterFilters } from './letter-filters.tsx'
import { LetterGroups } from './letter-groups.tsx'
import { LetterList } from './letter-list.tsx'

import { useChanges } from './use-changes.ts'
import { useLetters } from './use-letters.ts'

/** What could not become a log: why, what was sent, and what can be done about it. */
export function DeadLettersPage() {
  const letters = useLetters()
  const { answer, state, refresh } = letters
  const changes = useChanges(refresh)
  const pages = answer.data?.pages ?? []
  const [first] = pages
  const items = pages.flatMap((page) => page.items)
  const isFiltered = Object.keys(letters.filter).length > 0
  return (
    <div className="flex h-dvh min-w-0 flex-col">
      <PageHead page="Dead letters" onRefresh={refresh} />
      {answer.isError && first === undefined && (
        <SearchError error={apiErrorOf(answer.error)} onRetry={refresh} />
      )}
      {first !== undefined && first.total === 0 && !changes.isBusy && <AllIsWell dropped={first.dropped} />}
      {first !== undefined && (first.total > 0 || changes.isBusy) && (
        <main className="min-h-0 flex-1 overflow-y-auto bg-list">
          <div className="mx-auto max-w-6xl px-3 py-3 sm:px-5">
            <LetterFilters letters={letters} />
            <LetterActions page={first} filter={letters.filter} isFiltered={isFiltered} changes={changes} />
            <LetterGroups groups={first.groups} state={state} onPick={letters.change} />
            <LetterList items={items} open={state.open} onOpen={letters.open} />
            {first.matching === 0 && (
              <p className="py-8 text-center text-dim">No dead letter matches the filters.</p>
            )}
            {answer.hasNextPage && (
              <div className="py-3 text-center">
                <Button disabled={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
                  Show more of {first.matching.toLocaleString('en')}
                </Button>
              </div>
            )}
          </div>
        </main>
      )}
      <LetterDrawer id={state.open} onClose={() => letters.open(null)} changes={changes} />
    </div>
  )
}
