'use client'

import type { LogJson, StatusOutput } from '@heartwood/api'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { TEST_IDS } from '../../test-ids.ts'
import { Arrival } from './arrival.tsx'
import { WaysToSend } from './ways-to-send.tsx'

/** "Send your logs" as a sheet at the side, for when there are logs already. */
export function SendLogsDialog(props: {
  status: StatusOutput
  open: boolean
  onOpenChange(open: boolean): void
  onFiles(files: File[]): void
  onShow(log: LogJson): void
}) {
  return (
    <Dialog.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content
          data-testid={TEST_IDS.sendLogsPanel}
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-50 flex w-[34rem] max-w-full flex-col border-l border-line bg-panel shadow-pop outline-none"
        >
          <header className="flex h-12 shrink-0 items-center justify-between border-b border-line pr-2.5 pl-5">
            <Dialog.Title className="text-[15px] font-semibold">Send your logs</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="inline-flex size-7 items-center justify-center rounded-md text-dim hover:bg-hover"
            >
              <X size={16} aria-hidden />
            </Dialog.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
            <Arrival onShow={props.onShow} />
            <div className="mt-4">
              <WaysToSend status={props.status} onFiles={props.onFiles} />
            </div>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
