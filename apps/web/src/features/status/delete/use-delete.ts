'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { type ApiError, apiErrorOf } from '../../../api/api-error.ts'
import { useTRPCClient } from '../../../api/api-provider.tsx'
import { countText } from '../live/prepare-cards.ts'
import type { DeleteEntry, DeleteScope } from './delete-form.ts'

/** What a scope holds, and of which services. */
export interface Counted {
  readonly scope: DeleteScope
  readonly matched: number
  readonly services: readonly { readonly value: string; readonly count: number }[]
}

export type DeleteStep =
  | { readonly kind: 'asking'; readonly entry: DeleteEntry; readonly refused?: ApiError }
  | { readonly kind: 'counted'; readonly counted: Counted; readonly entry: DeleteEntry }
  /** Since `at`, epoch milliseconds. */
  | { readonly kind: 'running'; readonly counted: Counted; readonly at: number }
  | { readonly kind: 'done'; readonly counted: Counted; readonly deleted: number; readonly millis: number }
  | {
      readonly kind: 'failed'
      readonly counted: Counted
      readonly error: ApiError
      readonly entry: DeleteEntry
    }

const SERVICES = 8

/** A delete from the question to its outcome. It goes on when its dialog is closed; the outcome is then told by a message. */
export function useDelete(onDeleted: () => void) {
  const client = useTRPCClient()
  const [step, setStep] = useState<DeleteStep>()
  const [open, setOpen] = useState(false)

  const counting = useMutation({
    mutationFn: async ({ scope }: { scope: DeleteScope; entry: DeleteEntry }): Promise<Counted> => {
      const [{ matched }, { top }] = await Promise.all([
        client.delete.mutate({ ...scope, dry_run: true }),
        client.aggregate.query({ ...scope, by: 'service', interval: 'none', limit: SERVICES }),
      ])
      return { scope, matched, services: top }
    },
    onSuccess: (counted, { entry }) => setStep({ kind: 'counted', counted, entry }),
    onError: (error, { entry }) => setStep({ kind: 'asking', entry, refused: apiErrorOf(error) }),
  })

  const deleting = useMutation({
    mutationFn: ({ counted }: { counted: Counted; entry: DeleteEntry; at: number }) =>
      client.delete.mutate({ ...counted.scope, dry_run: false }),
    onSuccess({ deleted }, { counted, at }) {
      setStep({ kind: 'done', counted, deleted, millis: Date.now() - at })
      toast.success(`${countText(deleted)} ${deleted === 1 ? 'log' : 'logs'} deleted.`)
      onDeleted()
    },
    onError(error, { counted, entry }) {
      const known = apiErrorOf(error)
      setStep({ kind: 'failed', counted, entry, error: known })
      toast.error(`Not deleted: ${known.message}`)
    },
  })

  return {
    step,
    open,
    isCounting: counting.isPending,
    /** Opens the dialog; where a delete runs, at that. */
    begin(entry: DeleteEntry) {
      if (step?.kind !== 'running') setStep({ kind: 'asking', entry })
      setOpen(true)
    },
    count: (scope: DeleteScope, entry: DeleteEntry) => counting.mutate({ scope, entry }),
    back: (entry: DeleteEntry) => setStep({ kind: 'asking', entry }),
    confirm(counted: Counted, entry: DeleteEntry) {
      const at = Date.now()
      setStep({ kind: 'running', counted, at })
      deleting.mutate({ counted, entry, at })
    },
    close: () => setOpen(false),
  }
}

export type DeleteControls = ReturnType<typeof useDelete>
