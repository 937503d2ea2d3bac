'use client'

import type { SavedSearchContent, SavedSearchJson } from '@heartwood/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { apiErrorOf } from '../../api/api-error.ts'
import { useTRPC } from '../../api/api-provider.tsx'

/** Someone else may have saved one since. */
const STALE_MILLIS = 10_000

/** The saved searches, asked for once they are `wanted`, and what can be done with them. What was removed can be had back. */
export function useSavedSearches(wanted: boolean) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const list = useQuery(
    trpc.savedSearches.queryOptions(undefined, { enabled: wanted, staleTime: STALE_MILLIS }),
  )
  const listAgain = () => queryClient.invalidateQueries(trpc.savedSearches.pathFilter())
  const tell = (error: unknown) => {
    const { title, message } = apiErrorOf(error)
    toast.error(`${title}: ${message}`)
  }
  const save = useMutation(trpc.saveSearch.mutationOptions({ onSuccess: listAgain }))
  const replace = useMutation(trpc.replaceSavedSearch.mutationOptions({ onSuccess: listAgain }))
  const remove = useMutation(trpc.removeSavedSearch.mutationOptions({ onError: tell, onSettled: listAgain }))

  return {
    all: list.data?.saved_searches,
    error: list.isError ? apiErrorOf(list.error) : undefined,
    /** Rejects with what the API says; the form shows it. */
    save: (content: SavedSearchContent) => save.mutateAsync(content),
    replace: (id: string, content: SavedSearchContent) => replace.mutateAsync({ ...content, id }),
    remove(search: SavedSearchJson) {
      remove.mutate(
        { id: search.id },
        {
          onSuccess: (removed) =>
            toast(`“${removed.name}” was removed.`, {
              action: { label: 'Undo', onClick: () => void save.mutateAsync(contentOf(removed)).catch(tell) },
            }),
        },
      )
    },
  }
}

export type SavedSearches = ReturnType<typeof useSavedSearches>

export function contentOf(search: SavedSearchJson): SavedSearchContent {
  const { name, description, query, from_time, to_time, display } = search
  return { name, description, query, from_time, to_time, display }
}
