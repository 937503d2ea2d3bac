'use client'

import { FirstEvent } from '../send-logs/first-event.tsx'
import { SendLogsDialog } from '../send-logs/send-logs-dialog.tsx'
import { SearchResults } from './search-results.tsx'
import { ShortcutSheet } from './shortcuts/shortcut-sheet.tsx'
import { TopBar } from './top-bar.tsx'
import { useSearchPage } from './use-search-page.ts'

/** The first page: one question, its answer, and how logs get here. */
export function SearchPage() {
  const page = useSearchPage()
  const { search, status } = page
  return (
    <div className="flex h-dvh min-w-0 flex-col">
      <TopBar
        search={search}
        status={status}
        fields={page.fields}
        queryInput={page.queryInput}
        timeOpen={page.timeOpen}
        onTimeOpen={page.setTimeOpen}
        onRefresh={page.answers.refresh}
        onLive={page.toggleLive}
        onSendLogs={() => page.setSheet('send-logs')}
        onShortcuts={() => page.setSheet('shortcuts')}
      />
      {status?.events === 0 ? <FirstEvent status={status} /> : <SearchResults page={page} />}
      {status !== undefined && status.events > 0 && (
        <SendLogsDialog
          status={status}
          open={page.sheet === 'send-logs'}
          onOpenChange={() => page.setSheet(undefined)}
        />
      )}
      <ShortcutSheet open={page.sheet === 'shortcuts'} onOpenChange={() => page.setSheet(undefined)} />
    </div>
  )
}
