'use client'

import { useMemo, useRef, useState } from 'react'
import { apiErrorOf } from '../../api/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { PageHead } from '../product-nav/page-head.tsx'
import { SearchError } from '../search/empty/search-error.tsx'
import { useShortcuts } from '../search/shortcuts/use-shortcuts.ts'
import { AuditDrawer } from './audit-drawer.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { AuditList } from './audit-list.tsx'
import { NothingRecorded } from './nothing-recorded.tsx'
import { prepareRow } from './prepare-audit.ts'
import { useAudit } from './use-audit.ts'

/** Who did what with the product. */
export function AuditPage() {
  const audit = useAudit()
  const { answer, state, refresh, open } = audit
  const input = useRef<HTMLInputElement>(null)
  const pages = answer.data?.pages
  const logs = useMemo(() => (pages ?? []).flatMap((page) => page.logs), [pages])
  const rows = useMemo(() => logs.map(prepareRow), [logs])
  const [at, setAt] = useState<string>()

  function move(by: number) {
    const place = rows.findIndex(({ id }) => id === at)
    const next = rows[Math.min(rows.length - 1, Math.max(0, place + by))]
    if (next !== undefined) setAt(next.id)
  }
  useShortcuts({
    'focus-query': () => input.current?.select(),
    refresh,
    'next-row': () => move(1),
    'previous-row': () => move(-1),
    'toggle-row': at === undefined ? undefined : () => open(at),
    'open-status': () => window.location.assign('/status'),
    'open-dead-letters': () => window.location.assign('/dead-letters'),
  })
  return (
    <div className="flex h-dvh min-w-0 flex-col">
      <PageHead page="Audit" onRefresh={refresh} />
      <main className="min-h-0 flex-1 overflow-y-auto bg-list">
        <div className="mx-auto max-w-6xl px-3 py-3 sm:px-5">
          <AuditFilters audit={audit} input={input} />
          {answer.isError && <SearchError error={apiErrorOf(answer.error)} onRetry={refresh} />}
          {!answer.isError && pages !== undefined && rows.length === 0 && (
            <NothingRecorded isFiltered={state.query !== ''} />
          )}
          {!answer.isError && rows.length > 0 && (
            <AuditList rows={rows} open={state.open} at={at} onOpen={open} />
          )}
          {answer.hasNextPage && !answer.isError && (
            <div className="py-3 text-center">
              <Button disabled={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
                Show more of {(pages?.[0]?.total ?? 0).toLocaleString('en')}
              </Button>
            </div>
          )}
        </div>
      </main>
      <AuditDrawer
        id={state.open}
        known={logs.find(({ id }) => id === state.open)}
        onClose={() => open(null)}
      />
    </div>
  )
}
