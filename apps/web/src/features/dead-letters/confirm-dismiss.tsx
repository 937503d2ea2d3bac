'use client'

import { AlertDialog } from 'radix-ui'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { count } from './use-changes.ts'

/** Asks before letters go for good. */
export function ConfirmDismiss(props: {
  /** So many; undefined while nothing is asked. */
  letters: number | undefined
  onClose(): void
  onConfirm(): void
}) {
  const { letters, onClose, onConfirm } = props
  return (
    <AlertDialog.Root open={letters !== undefined} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-50 bg-black/30" />
        <AlertDialog.Content
          data-testid={TEST_IDS.confirmDismiss}
          className="fixed top-1/3 left-1/2 z-50 w-96 max-w-[calc(100vw-1.5rem)] -translate-x-1/2 rounded-xl border border-line bg-raised p-5 shadow-pop outline-none"
        >
          <AlertDialog.Title className="text-[15px] font-semibold">
            Dismiss {count(letters ?? 0)}?
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-1.5 text-dim">
            What was sent goes with {letters === 1 ? 'it' : 'them'} for good and cannot be replayed any more.
          </AlertDialog.Description>
          <div className="mt-4 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Keep</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button look="strong" onClick={onConfirm}>
                Dismiss
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
