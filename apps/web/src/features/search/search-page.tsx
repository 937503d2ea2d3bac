'use client'

import dynamic from 'next/dynamic'
import { FiringStrip } from '../alerts/firing-strip.tsx'
import { DemoOffer } from '../demo/demo-offer.tsx'
import { DemoOpening } from '../demo/demo-opening.tsx'
import { PaletteHost } from '../palette/palette-host.tsx'
import { DropZone } from '../send-files/drop-zone.tsx'
import type { Sent } from '../send-files/sent-range.ts'
import { useSending } from '../send-files/use-sending.ts'
import { FirstEvent } from '../send-logs/first-event.tsx'
import { SendLogsDialog } from '../send-logs/send-logs-dialog.tsx'
import { withFilter } from './edit-query.ts'
import { SearchResults } from './search-results.tsx'
import { isoRange, rangeAround } from './time-range/time-range.ts'
import { TopBar } from './top-bar.tsx'
import { type SearchPageState, useSearchPage } from './use-search-page.ts'

/** Loaded when they are first asked for. */
const ShortcutSheet = dynamic(() => import('./shortcuts/shortcut-sheet.tsx'), { ssr: false })
const SaveDialog = dynamic(() => import('../saved-searches/save-dialog.tsx'), { ssr: false })
const SendFilesDialog = dynamic(() => import('../send-files/send-files-dialog.tsx'), { ssr: false })

/** The first page: one question, its answer, and how logs get here. */
export function SearchPage() {
  const page = useSearchPage()
  const { search, status, demo } = page
  const { sending, choose, start, stop, close } = useSending()

  function chooseFiles(files: readonly File[]) {
    page.setSheet(undefined)
    choose(files)
  }
  function showSent({ from, to, service }: Sent) {
    close()
    search.change({ query: ofService(service), ...isoRange(from, to), live: false })
  }
  return (
    <div className="flex h-dvh min-w-0 flex-col">
      <TopBar
        search={search}
        status={status}
        saved={page.saved}
        demo={demo}
        fields={page.fields}
        queryBar={page.queryBar}
        time={page.time}
        onRefresh={page.refresh}
        onLive={page.toggleLive}
        onSendLogs={() => page.setSheet('send-logs')}
        onShortcuts={() => page.setSheet('shortcuts')}
      />
      <FiringStrip onShow={(range) => search.change({ ...range, live: false })} />
      <DemoOffer demo={demo} />
      <Content page={page} onFiles={chooseFiles} />
      {status !== undefined && status.events > 0 && (
        <SendLogsDialog
          status={status}
          open={page.sheet === 'send-logs'}
          onOpenChange={() => page.setSheet(undefined)}
          onFiles={chooseFiles}
          onShow={(log) => {
            page.setSheet(undefined)
            search.change({
              query: ofService(log.service ?? ''),
              ...rangeAround(Date.parse(log['@timestamp']), Date.now()),
              live: false,
            })
          }}
        />
      )}
      <DropZone onFiles={chooseFiles} />
      {sending !== undefined && (
        <SendFilesDialog
          sending={sending}
          onStart={(files, service) => void start(files, service)}
          onStop={stop}
          onClose={close}
          onShow={showSent}
        />
      )}
      {page.saved.naming !== undefined && (
        <SaveDialog {...page.saved.naming} onSave={page.saved.keep} onClose={page.saved.endNaming} />
      )}
      <PaletteHost
        range={search}
        saved={page.saved}
        actions={page.actions}
        onService={(service) => search.change({ query: ofService(service) })}
      />
      {page.sheet === 'shortcuts' && (
        <ShortcutSheet actions={page.actions} onClose={() => page.setSheet(undefined)} />
      )}
    </div>
  )
}

function ofService(service: string): string {
  return service === '' ? '' : withFilter('', { field: 'service', value: service })
}

/** What is below the bars: the answer, or how logs get here while there are none. */
function Content({ page, onFiles }: { page: SearchPageState; onFiles(files: readonly File[]): void }) {
  const { status, demo } = page
  // Whoever has logs of one's own came for these.
  if (demo.state === 'opening' && !demo.ownLogs) return <DemoOpening progress={demo.progress} />
  if (status?.events !== 0) return <SearchResults page={page} />
  return demo.known ? <FirstEvent status={status} onFiles={onFiles} /> : <div className="flex-1" />
}
