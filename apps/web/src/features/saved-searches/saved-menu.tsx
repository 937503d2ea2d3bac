'use client'

import { Bookmark, Pencil, Trash2 } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { InPageLink } from '../../ui/in-page-link.tsx'
import { PopoverPanel } from '../../ui/popover-panel.tsx'
import { urlOfSaved } from './saved-url.ts'
import type { SavedSearchPart } from './use-saved-search-part.ts'

/** A list is worth searching from here on. */
const SEARCHABLE = 8

/** The button with the saved searches below it. It names the one that is shown, and whether it was changed since. */
export function SavedMenu({ part }: { part: SavedSearchPart }) {
  const { current, changed } = part
  return (
    <Popover.Root open={part.listOpen} onOpenChange={part.setListOpen}>
      <Popover.Trigger asChild>
        <Button testId={TEST_IDS.savedSearches} title="Saved searches (b)" aria-label={labelOf(part)}>
          <Bookmark
            size={14}
            aria-hidden
            className={current === undefined ? '' : 'fill-accent text-accent'}
          />
          <span className="max-w-40 truncate max-md:hidden">{current?.name ?? 'Saved'}</span>
          {changed && <span aria-hidden className="size-1.5 rounded-full bg-accent max-md:hidden" />}
        </Button>
      </Popover.Trigger>
      <PopoverPanel
        label="Saved searches"
        testId={TEST_IDS.savedSearchesList}
        className="flex max-h-[70vh] w-[26rem] flex-col"
      >
        <List part={part} />
        <div className="flex flex-wrap gap-2 border-t border-line p-2.5">
          <Button testId={TEST_IDS.saveThisSearch} look={changed ? 'plain' : 'strong'} onClick={part.saveNew}>
            Save this search…
          </Button>
          {current !== undefined && changed && (
            <Button testId={TEST_IDS.updateSavedSearch} look="strong" onClick={part.update}>
              <span className="max-w-52 truncate">Update “{current.name}”</span>
            </Button>
          )}
        </div>
      </PopoverPanel>
    </Popover.Root>
  )
}

function labelOf({ current, changed }: SavedSearchPart): string {
  if (current === undefined) return 'Saved searches'
  return `Saved search: ${current.name}${changed ? ', changed' : ''}`
}

function List({ part }: { part: SavedSearchPart }) {
  const [typed, setTyped] = useState('')
  const { all, error } = part.searches
  if (error !== undefined)
    return (
      <p role="alert" className="p-4 text-dim">
        {error.message}
      </p>
    )
  if (all === undefined) return <p className="p-4 text-dim">Looking them up…</p>
  if (all.length === 0)
    return (
      <p className="p-4 text-dim">
        Nothing is saved yet. A saved search keeps query, time range, columns and view under a name, for
        everyone who uses this Heartwood.
      </p>
    )
  const wanted = typed.trim().toLowerCase()
  const shown = all.filter(({ name, description, query }) =>
    `${name}\n${description}\n${query}`.toLowerCase().includes(wanted),
  )
  return (
    <>
      {all.length >= SEARCHABLE && (
        <input
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          aria-label="Find a saved search"
          placeholder="Find by name, description or query"
          className="m-2.5 mb-1 h-8 rounded-md border border-line-strong bg-sunken px-2.5"
        />
      )}
      <ul className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {shown.map((saved) => (
          <li
            key={saved.id}
            data-testid={TEST_IDS.savedSearch}
            className={`group flex items-start gap-1 rounded-md pr-1 hover:bg-hover focus-within:bg-hover ${saved.id === part.current?.id ? 'bg-picked' : ''}`}
          >
            <InPageLink
              href={`/${urlOfSaved(saved)}`}
              onGo={() => part.open(saved)}
              className="min-w-0 flex-1 px-2.5 py-1.5"
            >
              <span className="block truncate font-medium">{saved.name}</span>
              {saved.description !== '' && (
                <span className="line-clamp-2 text-xs whitespace-pre-line text-dim">{saved.description}</span>
              )}
              <span className="block truncate font-mono text-[11.5px] text-faint">
                {saved.query === '' ? 'everything' : saved.query}
              </span>
            </InPageLink>
            <span className="flex pt-1 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
              <CopyButton small text={part.linkOf(saved)} label={`Copy a link to ${saved.name}`} />
              <IconButton small label={`Rename ${saved.name}`} onClick={() => part.edit(saved)}>
                <Pencil size={13} aria-hidden />
              </IconButton>
              <IconButton
                small
                label={`Remove ${saved.name}`}
                testId={TEST_IDS.removeSavedSearch}
                onClick={() => part.searches.remove(saved)}
              >
                <Trash2 size={13} aria-hidden />
              </IconButton>
            </span>
          </li>
        ))}
        {shown.length === 0 && <li className="px-2.5 py-1.5 text-dim">None of them has “{typed}”.</li>}
      </ul>
    </>
  )
}
