'use client'

import type { DismissInput, ReplayInput } from '@heartwood/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import { apiErrorOf } from '../../api/api-error.ts'
import { useTRPC } from '../../api/api-provider.tsx'

const POLL_MILLIS = 500

/** Replays and dismissals: what is begun here is followed to its end, and the list asked again. */
export function useChanges(refresh: () => void) {
  const trpc = useTRPC()
  const [replayId, setReplayId] = useState<string | null>(null)
  const failed = (error: unknown) => {
    const { title, message } = apiErrorOf(error)
    toast.error(`${title}: ${message}`)
  }
  const replay = useMutation(
    trpc.replayDeadLetters.mutationOptions({
      onSuccess: ({ replay_id }) => setReplayId(replay_id),
      onError: failed,
    }),
  )
  const dismiss = useMutation(
    trpc.dismissDeadLetters.mutationOptions({
      onSuccess({ dismissed }) {
        toast.success(`${count(dismissed)} dismissed.`)
        refresh()
      },
      onError: failed,
    }),
  )
  const progress = useQuery(
    trpc.replay.queryOptions(
      { id: replayId ?? '' },
      {
        enabled: replayId !== null,
        refetchInterval: ({ state }) => (isOver(state.data?.state) ? false : POLL_MILLIS),
        gcTime: 0,
      },
    ),
  )
  const state = replayId === null ? undefined : progress.data
  const isReplaying = replay.isPending || (replayId !== null && !isOver(state?.state) && !progress.isError)
  useEffect(() => {
    if (isOver(state?.state)) refresh()
  }, [state?.state, refresh])
  return {
    progress: state,
    isReplaying,
    isBusy: isReplaying || dismiss.isPending || state !== undefined,
    replay: (which: ReplayInput) => replay.mutate(which),
    dismiss: (which: DismissInput) => dismiss.mutate(which),
    forget: () => setReplayId(null),
  }
}

export type Changes = ReturnType<typeof useChanges>

export function count(letters: number): string {
  return `${letters.toLocaleString('en')} dead ${letters === 1 ? 'letter' : 'letters'}`
}

function isOver(state: string | undefined): boolean {
  return state === 'done' || state === 'failed'
}
