'use client'

import { TEST_IDS } from '../../../test-ids.ts'
import { DialogBox } from '../../../ui/dialog-box.tsx'
import { AskStep } from './ask-step.tsx'
import { ConfirmStep } from './confirm-step.tsx'
import { DoneStep, FailedStep, RunningStep } from './outcome-steps.tsx'
import type { DeleteControls } from './use-delete.ts'

/** Deletes logs: what is to go, how much that is, the confirmation, and what became of it. */
export function DeleteDialog({ controls }: { controls: DeleteControls }) {
  return (
    <DialogBox
      title="Delete logs"
      open={controls.open}
      testId={TEST_IDS.deleteDialog}
      className="top-[10vh] max-h-[84vh] w-[34rem]"
      onClose={controls.close}
    >
      <Step controls={controls} />
    </DialogBox>
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
