'use client'

import type { WholeDeadLetter } from '@heartwood/api'
import { useQuery } from '@tanstack/react-query'
import { RotateCcw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { apiErrorOf } from '../../api/api-error.ts'
import { useTRPC } from '../../api/api-provider.tsx'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { Sheet } from '../../ui/sheet.tsx'
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
    <Sheet
      title="Dead letter"
      open={id !== null}
      testId={TEST_IDS.letterDrawer}
      width="w-[40rem]"
      onOpenChange={(open) => !open && onClose()}
    >
      {letter.isError && <p className="text-dim">{apiErrorOf(letter.error).message}</p>}
      {letter.data !== undefined && <Letter letter={letter.data} changes={changes} onClose={onClose} />}
    </Sheet>
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
