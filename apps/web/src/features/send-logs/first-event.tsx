'use client'

import type { StatusOutput } from '@heartwood/api'
import { TEST_IDS } from '../../test-ids.ts'
import { Mark } from '../../ui/mark.tsx'
import { WaysToSend } from './ways-to-send.tsx'

/** What is shown while nothing was ever stored: how to send, and that the page is waiting for it. */
export function FirstEvent({ status, onFiles }: { status: StatusOutput; onFiles(files: File[]): void }) {
  const arriving = (status.backlog_bytes ?? 0) > 0
  return (
    <main className="min-h-0 flex-1 overflow-y-auto" data-testid={TEST_IDS.sendLogsPanel}>
      <div className="mx-auto w-full max-w-2xl px-4 py-8 sm:py-14">
        <div className="flex items-center gap-4">
          <span className="relative inline-flex shrink-0 text-accent">
            <span className="absolute inset-0 rounded-full border-2 border-accent [animation:ring_2.4s_ease-out_infinite]" />
            <Mark size={44} />
          </span>
          <div>
            <h1 className="text-xl font-semibold tracking-tight">Send your logs</h1>
            <p role="status" className="text-dim" data-testid={TEST_IDS.waiting}>
              {arriving
                ? 'Logs have arrived and are being made searchable…'
                : 'Waiting for the first event. This page turns to it by itself.'}
            </p>
          </div>
        </div>
        <div className="mt-7 rounded-lg border border-line bg-panel p-4 sm:p-5">
          <WaysToSend status={status} onFiles={onFiles} />
        </div>
      </div>
    </main>
  )
}
