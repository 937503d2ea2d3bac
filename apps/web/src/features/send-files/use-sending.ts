'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { useTRPC, useTRPCClient } from '../../api/api-provider.tsx'
import { type SendingState, sendFiles } from './send-files.ts'
import { type Sent, searchable } from './sent-range.ts'

/** A sending from the moment its files are chosen; undefined while none are. */
export type Sending =
  | { readonly step: 'chosen'; readonly files: readonly File[] }
  | { readonly step: 'sending'; readonly files: readonly File[]; readonly state: SendingState | undefined }
  | { readonly step: 'storing'; readonly files: readonly File[]; readonly state: SendingState }
  | {
      readonly step: 'done'
      readonly files: readonly File[]
      readonly state: SendingState
      readonly sent: Sent | undefined
    }
  | {
      readonly step: 'failed'
      readonly files: readonly File[]
      readonly state: SendingState | undefined
      readonly reason: string
    }

/** Sends files that were chosen, one sending at a time. */
export function useSending() {
  const client = useTRPCClient()
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const [sending, setSending] = useState<Sending>()
  const running = useRef<AbortController>(undefined)

  const choose = useCallback((files: readonly File[]) => {
    if (files.length > 0 && running.current === undefined) setSending({ step: 'chosen', files })
  }, [])

  const start = useCallback(
    async (files: readonly File[], service: string) => {
      const controller = new AbortController()
      const { signal } = controller
      running.current = controller
      let state: SendingState | undefined
      setSending({ step: 'sending', files, state })
      const begun = performance.now()
      try {
        const last = await sendFiles(files, {
          service,
          signal,
          run: `page-${crypto.randomUUID()}`,
          onProgress(next) {
            state = next
            setSending({ step: 'sending', files, state })
          },
        })
        setSending({ step: 'storing', files, state: last })
        const sent = await searchable(client, { state: last, service, begun, signal })
        await queryClient.invalidateQueries({ queryKey: trpc.status.queryKey() })
        setSending({ step: 'done', files, state: last, sent })
      } catch (error) {
        const reason = signal.aborted
          ? 'Stopped by you.'
          : error instanceof Error
            ? error.message
            : String(error)
        setSending({ step: 'failed', files, state, reason })
      } finally {
        running.current = undefined
      }
    },
    [client, queryClient, trpc],
  )

  const stop = useCallback(() => running.current?.abort(new Error('stopped')), [])
  const close = useCallback(() => setSending(undefined), [])
  return { sending, choose, start, stop, close }
}
