'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import { apiErrorOf } from '../../api/api-error.ts'
import { useTRPC } from '../../api/api-provider.tsx'
import { withFilter, withoutFilter } from '../search/edit-query.ts'
import type { Search } from '../search/use-search.ts'
import { type DemoChoice, readDemoChoice, WITHOUT_DEMO, writeDemoChoice } from './demo-choice.ts'
import type { DemoState } from './use-demo-state.ts'

export type DemoControls = ReturnType<typeof useDemo>

/** The demo as the page deals with it: how it stands, what was decided about it, and what can be done with it. */
export function useDemo(options: { demo: DemoState; search: Search; refresh(): void }) {
  const { demo, search, refresh } = options
  const trpc = useTRPC()
  const client = useQueryClient()
  const [choice, setChoice] = useState<DemoChoice>()
  const { change, query } = search

  useEffect(() => {
    const remembered = readDemoChoice(window.localStorage)
    setChoice(remembered)
    const asksNothing = !new URLSearchParams(window.location.search).has('query')
    if (remembered === 'hidden' && asksNothing) change({ query: withFilter('', WITHOUT_DEMO) }, 'replace')
  }, [change])

  function decide(next: DemoChoice) {
    writeDemoChoice(window.localStorage, next)
    setChoice(next)
  }
  const asked = trpc.pathKey()
  const stop = useMutation(
    trpc.stopDemo.mutationOptions({
      onSuccess: () => toast('The demo writes no more. What it wrote is still here.'),
      onError: (error) => toast.error(apiErrorOf(error).message),
      onSettled: () => client.invalidateQueries(trpc.demo.pathFilter()),
    }),
  )
  const remove = useMutation(
    trpc.deleteDemo.mutationOptions({
      async onSuccess({ deleted }) {
        toast.success(`The demo is gone: ${deleted.toLocaleString('en')} logs deleted.`)
        decide('undecided')
        change({ query: withoutFilter(query, WITHOUT_DEMO) }, 'replace')
        await client.invalidateQueries({ queryKey: asked })
        refresh()
      },
      onError: (error) => toast.error(apiErrorOf(error).message),
    }),
  )

  return {
    ...demo,
    choice,
    /** Logs of one's own have arrived, and nothing has been decided yet. */
    offers: demo.ownLogs && demo.state !== 'off' && choice === 'undecided',
    deleting: remove.isPending || demo.state === 'deleting',
    keep: () => decide('kept'),
    hide() {
      decide('hidden')
      change({ query: withFilter(query, WITHOUT_DEMO) })
    },
    show() {
      decide('kept')
      change({ query: withoutFilter(query, WITHOUT_DEMO) })
    },
    stop: () => stop.mutate(),
    remove: () => remove.mutate(),
  }
}
