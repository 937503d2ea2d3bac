'use client'

import { History, X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import { PopoverPanel } from '../../../ui/popover-panel.tsx'
import { historyMatching } from './query-history.ts'
import type { QueryHistory } from './use-query-history.ts'

/** The queries that were run, to find one by typing, run it again, or forget it. */
export function HistoryMenu({ history, onPick }: { history: QueryHistory; onPick(query: string): void }) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const found = historyMatching(history.queries, typed)
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setTyped('')
      }}
    >
      <Popover.Trigger
        aria-label="Queries you ran"
        title="Queries you ran"
        data-testid={TEST_IDS.queryHistory}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded text-faint hover:bg-hover hover:text-text"
      >
        <History size={14} aria-hidden />
      </Popover.Trigger>
      <PopoverPanel
        label="Queries you ran"
        testId={TEST_IDS.queryHistoryList}
        className="flex w-[34rem] flex-col p-1.5"
      >
        <input
          value={typed}
          aria-label="Find a query"
          placeholder="Find a query"
          className="mb-1 h-8 w-full rounded-md border border-line-strong bg-panel px-2 placeholder:text-faint"
          onChange={(event) => setTyped(event.target.value)}
        />
        {found.length === 0 ? (
          <p className="px-2 py-3 text-dim">
            {history.queries.length === 0 ? 'No query was run in this browser yet.' : 'None has these words.'}
          </p>
        ) : (
          <ul className="max-h-80 overflow-y-auto">
            {found.map((query) => (
              <li key={query} className="flex items-center rounded hover:bg-hover">
                <button
                  type="button"
                  title={query}
                  className="min-w-0 flex-1 truncate px-2 py-1 text-left font-mono text-[12.5px]"
                  onClick={() => {
                    setOpen(false)
                    onPick(query)
                  }}
                >
                  {query}
                </button>
                <button
                  type="button"
                  aria-label={`Forget ${query}`}
                  className="mr-1 inline-flex size-6 shrink-0 items-center justify-center rounded text-faint hover:bg-sunken hover:text-text"
                  onClick={() => history.remove(query)}
                >
                  <X size={13} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        )}
        {history.queries.length > 0 && (
          <div className="mt-1 flex justify-end border-t border-line pt-1.5">
            <Button look="quiet" onClick={history.clear}>
              Forget all
            </Button>
          </div>
        )}
      </PopoverPanel>
    </Popover.Root>
  )
}
