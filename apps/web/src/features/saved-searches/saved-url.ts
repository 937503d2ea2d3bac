import type { SavedSearchContent, SavedSearchJson } from '@heartwood/api'
import { searchOfUrl } from '../search/search-url.ts'
import { isoRange, resolveRange } from '../search/time-range/time-range.ts'

/** What of the URL is the search itself, or only of this moment; everything else is how it is shown. */
const NOT_DISPLAY = ['query', 'from', 'to', 'live', 'open', 'saved']

/** A search as it is saved, without the name. */
export type SavedView = Pick<SavedSearchContent, 'query' | 'from_time' | 'to_time' | 'display'>

/** What the query string of the page's URL says, in one way for all that mean the same. */
export function viewOfUrl(search: string): SavedView {
  const { query, from, to } = searchOfUrl(search)
  const display = new URLSearchParams(search)
  for (const name of NOT_DISPLAY) display.delete(name)
  display.sort()
  return { query, from_time: from, to_time: to, display: display.toString() }
}

/** The query string that shows a saved search, and names it. */
export function urlOfSaved(saved: SavedView & { readonly id: string }): string {
  const params = new URLSearchParams(saved.display)
  for (const name of NOT_DISPLAY) params.delete(name)
  if (saved.query !== '') params.set('query', saved.query)
  params.set('from', saved.from_time)
  params.set('to', saved.to_time)
  params.set('saved', saved.id)
  return `?${params}`
}

/** Whether the page shows something else than what was saved. */
export function isChanged(saved: SavedSearchJson, view: SavedView): boolean {
  const { query, from_time, to_time, display } = viewOfUrl(urlOfSaved(saved))
  return (
    view.query !== query ||
    view.from_time !== from_time ||
    view.to_time !== to_time ||
    view.display !== display
  )
}

/** The same with the range as it is at a moment, so that it shows the same logs tomorrow. */
export function withFixedRange<View extends SavedView>(view: View, now: number): View {
  const range = resolveRange({ from: view.from_time, to: view.to_time }, now)
  if (range === undefined) return view
  const { from, to } = isoRange(range.from, range.to)
  return { ...view, from_time: from, to_time: to }
}

/** Whether the range moves with the time. */
export function moves({ from_time, to_time }: SavedView): boolean {
  return from_time.startsWith('now') || to_time.startsWith('now')
}
