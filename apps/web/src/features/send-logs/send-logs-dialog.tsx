'use client'

import type { LogJson, StatusOutput } from '@heartwood/api'
import { TEST_IDS } from '../../test-ids.ts'
import { Sheet } from '../../ui/sheet.tsx'
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
    <Sheet
      title="Send your logs"
      open={props.open}
      testId={TEST_IDS.sendLogsPanel}
      width="w-[34rem]"
      onOpenChange={props.onOpenChange}
    >
      <Arrival onShow={props.onShow} />
      <div className="mt-4">
        <WaysToSend status={props.status} onFiles={props.onFiles} />
      </div>
    </Sheet>
  )
}
