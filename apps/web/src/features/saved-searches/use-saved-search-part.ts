'use client'

import type { SavedSearchJson } from '@heartwood/api'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'
import { apiErrorOf } from '../../api/api-error.ts'
import { isChanged, type SavedView, urlOfSaved, viewOfUrl } from './saved-url.ts'
import { contentOf, useSavedSearches } from './use-saved-searches.ts'

/** What is being named: the search of the page, or one that has a name. */
type Naming = { readonly view: SavedView; readonly editing: SavedSearchJson | undefined }

/** The saved searches as part of the search page. The URL's `saved` names the one that is shown. */
export function useSavedSearchPart() {
  const router = useRouter()
  const params = useSearchParams()
  const [listOpen, setListOpen] = useState(false)
  const [paletteOpen, setPaletteOpen] = useState(false)
  const [naming, setNaming] = useState<Naming>()
  const savedId = params.get('saved')
  // Nobody waits for the database who has nothing saved to look at.
  const searches = useSavedSearches(listOpen || paletteOpen || naming !== undefined || savedId !== null)
  const current = searches.all?.find(({ id }) => id === savedId)
  const view = viewOfUrl(params.toString())

  function open(saved: SavedSearchJson) {
    setListOpen(false)
    setPaletteOpen(false)
    router.push(`/${urlOfSaved(saved)}`)
  }
  return {
    searches,
    current,
    changed: current !== undefined && isChanged(current, view),
    listOpen,
    setListOpen,
    paletteOpen,
    setPaletteOpen,
    naming,
    open,
    saveNew() {
      setListOpen(false)
      setNaming({ view, editing: undefined })
    },
    edit(editing: SavedSearchJson) {
      setListOpen(false)
      setNaming({ view: editing, editing })
    },
    endNaming: () => setNaming(undefined),
    /** The search that is shown takes the place of the saved one, under its name. */
    async update() {
      if (current === undefined) return
      setListOpen(false)
      try {
        await searches.replace(current.id, { ...contentOf(current), ...view })
        toast(`“${current.name}” was updated.`, {
          action: {
            label: 'Undo',
            onClick: () => void searches.replace(current.id, contentOf(current)).catch(tell),
          },
        })
      } catch (error) {
        tell(error)
      }
    },
    async keep(content: Parameters<typeof searches.save>[0]) {
      const saved =
        naming?.editing === undefined
          ? await searches.save(content)
          : await searches.replace(naming.editing.id, content)
      toast(`“${saved.name}” is saved.`)
      if (naming?.editing === undefined) router.replace(`/${urlOfSaved(saved)}`)
    },
    /** Opens what is saved under the id when it is followed, not what was saved when it was copied. */
    linkOf: (saved: SavedSearchJson) => `${window.location.origin}/saved/${saved.id}`,
  }
}

export type SavedSearchPart = ReturnType<typeof useSavedSearchPart>

function tell(error: unknown) {
  const { title, message } = apiErrorOf(error)
  toast.error(`${title}: ${message}`)
}
