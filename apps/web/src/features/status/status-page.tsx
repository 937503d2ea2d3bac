'use client'

import type { StorageOutput, SystemOutput } from '@heartwood/api'
import { Trash2 } from 'lucide-react'
import { apiErrorOf } from '../../api/api-error.ts'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { PageHead } from '../product-nav/page-head.tsx'
import { SearchError } from '../search/empty/search-error.tsx'
import { overview, processRows } from './apps/prepare-apps.ts'
import { ProcessTable } from './apps/process-table.tsx'
import { Away } from './away.tsx'
import { DeleteDialog } from './delete/delete-dialog.tsx'
import { EVERYTHING } from './delete/delete-form.ts'
import { useDelete } from './delete/use-delete.ts'
import { LiveCards } from './live/live-cards.tsx'
import { Section } from './section.tsx'
import { bytesHere } from './storage/archive-state.ts'
import { Retention } from './storage/retention.tsx'
import { StorageDays } from './storage/storage-days.tsx'
import { StoreFacts } from './store-facts.tsx'
import { useSystem } from './use-system.ts'

/** How Heartwood itself does: what comes in and waits, its processes, what is kept and until when, and how to delete it. */
export function StatusPage() {
  const { system, storage, readings, refresh } = useSystem()
  const deletion = useDelete(refresh)
  const state = system.data
  return (
    <div className="flex h-dvh min-w-0 flex-col">
      <PageHead page="Status" onRefresh={refresh} />
      {state === undefined && system.isError && (
        <SearchError error={apiErrorOf(system.error)} onRetry={refresh} />
      )}
      {state !== undefined && (
        <main className="min-h-0 flex-1 overflow-y-auto bg-list">
          <div className="mx-auto max-w-6xl px-3 pt-3 pb-10 sm:px-5">
            <Away state={system} />
            <Trouble sentence={overview(processRows(state))} />
            <LiveCards system={state} bytesHere={hereOf(state, storage.data)} readings={readings} />
            <Section
              title="Apps"
              aside={<span className="text-xs text-faint">Heartwood {state.version}</span>}
            >
              <ProcessTable rows={processRows(state)} readings={readings} now={Date.parse(state.at)} />
            </Section>
            <Section title="Store">
              <StoreFacts system={state} />
            </Section>
            <Section
              title="Storage by day"
              about="By the UTC day on which the events happened. A day opens to its services."
              aside={
                <Button
                  testId={TEST_IDS.deleteLogs}
                  onClick={() => deletion.begin({ query: '', ...EVERYTHING })}
                >
                  <Trash2 size={14} aria-hidden /> Delete logs…
                </Button>
              }
            >
              {storage.data === undefined ? (
                <p className="text-dim">
                  {storage.isError ? apiErrorOf(storage.error).message : 'Counting…'}
                </p>
              ) : storage.data.days.length === 0 ? (
                <p className="text-dim">
                  No logs are stored yet.{' '}
                  <a href="/" className="text-accent underline-offset-4 hover:underline">
                    How to send some
                  </a>
                </p>
              ) : (
                <StorageDays
                  storage={storage.data}
                  onDelete={(range) => deletion.begin({ query: '*', ...range })}
                />
              )}
            </Section>
            {storage.data !== undefined && (
              <Section title="Retention">
                <Retention storage={storage.data} limits={state.limits} />
              </Section>
            )}
          </div>
        </main>
      )}
      <DeleteDialog controls={deletion} />
    </div>
  )
}

/** What of the store is on the disk here; undefined as long as it is not known what of it is in an archive. */
function hereOf({ limits, store }: SystemOutput, storage: StorageOutput | undefined): number | undefined {
  if (limits.hot_days === null) return store.bytes
  return storage && bytesHere(storage)
}

function Trouble({ sentence }: { sentence: string | undefined }) {
  if (sentence === undefined) return null
  return (
    <p
      role="status"
      data-testid={TEST_IDS.statusTrouble}
      className="mb-3 rounded-md bg-warn-soft px-3 py-2 text-warn"
    >
      <strong>{sentence}.</strong> An app that ends is started again by itself; what is sent meanwhile is
      kept, or refused so that its sender sends it again.
    </p>
  )
}
