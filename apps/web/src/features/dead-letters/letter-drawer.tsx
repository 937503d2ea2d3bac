'use client'

import type { WholeDeadLetter } from '@heartwood/api'
import { useQuery } from '@tanstack/react-query'
import { RotateCcw, Trash2, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { apiErrorOf } from '../../api/api-error.ts'
import { useTRPC } from '../../api/api-provider.tsx'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDismiss } from './confirm-dismiss.tsx'
import { LetterFacts } from './letter-facts.tsx'
import { LetterSample } from './letter-sample.tsx'
import type { Changes } from './use-changes.ts'

/** One letter in full, at the side. */
export function LetterDrawer({
  id,
  onClose,
  changes,
}: {
  id: string | null
  onClose(): void
  changes: Changes
}) {
  const trpc = useTRPC()
  const letter = useQuery(
    trpc.deadLetter.queryOptions({ id: id ?? '' }, { enabled: id !== null, retry: false, gcTime: 0 }),
  )
  return (
    <Dialog.Root open={id !== null} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content
          data-testid={TEST_IDS.letterDrawer}
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-40 flex w-[40rem] max-w-full flex-col border-l border-line bg-panel shadow-pop outline-none"
        >
          <header className="flex h-12 shrink-0 items-center justify-between border-b border-line pr-2.5 pl-5">
            <Dialog.Title className="text-[15px] font-semibold">Dead letter</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="inline-flex size-7 items-center justify-center rounded-md text-dim hover:bg-hover"
            >
              <X size={16} aria-hidden />
            </Dialog.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
            {letter.isError && <p className="text-dim">{apiErrorOf(letter.error).message}</p>}
            {letter.data !== undefined && <Letter letter={letter.data} changes={changes} onClose={onClose} />}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Letter({
  letter,
  changes,
  onClose,
}: {
  letter: WholeDeadLetter
  changes: Changes
  onClose(): void
}) {
  const [asks, setAsks] = useState(false)
  return (
    <>
      <LetterFacts letter={letter} />
      <div className="mt-3 flex flex-wrap items-center gap-2">
        {letter.replayable && (
          <Button
            look="strong"
            testId={TEST_IDS.replayOne}
            disabled={changes.isReplaying}
            onClick={() => {
              changes.replay({ id: letter.id })
              onClose()
            }}
          >
            <RotateCcw size={14} aria-hidden /> Replay
          </Button>
        )}
        <Button testId={TEST_IDS.dismissOne} onClick={() => setAsks(true)}>
          <Trash2 size={14} aria-hidden /> Dismiss
        </Button>
      </div>
      {letter.not_replayable !== undefined && (
        <p className="mt-2 text-dim">It cannot be replayed: {letter.not_replayable}.</p>
      )}
      {letter.salvaged && (
        <p className="mt-2 text-dim">
          Its checksum is wrong, so a bit of it is too. It can still be read: replayed, its logs carry the
          flag <code>salvaged</code>.
        </p>
      )}
      <LetterSample letter={letter} />
      <ConfirmDismiss
        letters={asks ? 1 : undefined}
        onClose={() => setAsks(false)}
        onConfirm={() => {
          changes.dismiss({ id: letter.id })
          onClose()
        }}
      />
    </>
  )
}
