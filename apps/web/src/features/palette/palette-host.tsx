'use client'

import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useTRPC } from '../../api/api-provider.tsx'
import type { SavedSearchPart } from '../saved-searches/use-saved-search-part.ts'
import type { ShortcutHandlers } from '../search/shortcuts/shortcuts.ts'
import { paletteGroups } from './palette-groups.ts'

/** Loaded when it is first opened: nobody waits for it before. */
const Palette = dynamic(() => import('./palette.tsx'), { ssr: false })
const MOST_SERVICES = 100

/** The palette, with the services of the range and the saved searches in it. */
export function PaletteHost(props: {
  range: { readonly from: string; readonly to: string }
  saved: SavedSearchPart
  actions: ShortcutHandlers
  onService(service: string): void
}) {
  const { range, saved, actions, onService } = props
  const trpc = useTRPC()
  const open = saved.paletteOpen
  const services = useQuery(
    trpc.aggregate.queryOptions(
      {
        query: '*',
        from_time: range.from,
        to_time: range.to,
        by: 'service',
        interval: 'none',
        limit: MOST_SERVICES,
      },
      { enabled: open, retry: false, gcTime: 0, trpc: { abortOnUnmount: true } },
    ),
  ).data?.top
  if (!open) return null
  const groups = paletteGroups({
    saved: saved.searches.all ?? [],
    services: services?.map(({ value }) => value) ?? [],
    onSaved: saved.open,
    onService,
    actions,
  })
  return <Palette groups={groups} onClose={() => saved.setPaletteOpen(false)} />
}
