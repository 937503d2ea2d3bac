'use client'

import { Dialog } from 'radix-ui'
import { TEST_IDS } from '../../../test-ids.ts'
import { AskStep } from './ask-step.tsx'
import { ConfirmStep } from './confirm-step.tsx'
import { DoneStep, FailedStep, RunningStep } from './outcome-steps.tsx'
import type { DeleteControls } from './use-delete.ts'

/** Deletes logs: what is to go, how much that is, the confirmation, and what became of it. */
export function DeleteDialog({ controls }: { controls: DeleteControls }) {
  return (
    <Dialog.Root open={controls.open} onOpenChange={(open) => !open && controls.close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-black/30" />
        <Dialog.Content
          data-testid={TEST_IDS.deleteDialog}
          aria-describedby={undefined}
          className="fixed top-[10vh] left-1/2 z-50 max-h-[84vh] w-[34rem] max-w-[calc(100vw-1.5rem)] -translate-x-1/2 overflow-y-auto rounded-xl border border-line bg-panel p-5 shadow-pop outline-none"
        >
          <Dialog.Title className="text-[15px] font-semibold">Delete logs</Dialog.Title>
          <Step controls={controls} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Step({ controls }: { controls: DeleteControls }) {
  const { step } = controls
  switch (step?.kind) {
    case undefined:
      return null
    case 'asking':
      return <AskStep step={step} controls={controls} />
    case 'counted':
      return <ConfirmStep step={step} controls={controls} />
    case 'running':
      return <RunningStep step={step} controls={controls} />
    case 'done':
      return <DoneStep step={step} controls={controls} />
    case 'failed':
      return <FailedStep step={step} controls={controls} />
  }
}
