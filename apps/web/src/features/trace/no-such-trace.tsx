'use client'

import { print } from '@heartwood/query-lang'
import { RotateCw } from 'lucide-react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { textTerm } from '../search/edit-query.ts'
import { LogText } from '../search/log-list/log-text.tsx'
import { searchHref } from '../search/search-url.ts'
import { CORRELATION_FIELD, type Correlation, pageHref } from './correlation.ts'

/** Nothing has this id: what was looked for, when it can be so, and where else to look. */
export function NoSuchTrace({ kind, id, onRetry }: { kind: Correlation; id: string; onRetry(): void }) {
  const other = kind === 'trace' ? 'request' : 'trace'
  const otherHref = pageHref(other, id)
  const isWord = /[\p{L}\p{N}]/u.test(id)
  return (
    <main
      data-testid={TEST_IDS.noSuchTrace}
      className="flex min-h-0 flex-1 flex-col items-center overflow-y-auto px-4 pt-[9vh] text-center"
    >
      <p className="text-[15px] font-semibold">No log belongs to this {kind}</p>
      <p className="mt-1 max-w-[34rem] text-dim wrap-anywhere">
        Nothing that is stored, at any time, has{' '}
        <code className="rounded bg-sunken px-1 text-text">
          {CORRELATION_FIELD[kind]} <LogText text={id} />
        </code>
        . Its logs may have passed their retention, been deleted, or not arrived yet.
      </p>
      <div className="mt-4 flex flex-wrap justify-center gap-2">
        <Button onClick={onRetry}>
          <RotateCw size={14} aria-hidden /> Look again
        </Button>
        {otherHref !== undefined && <WayOn href={otherHref}>Look for a {other} of this id</WayOn>}
        {isWord && (
          <WayOn href={`/${searchHref({ query: print(textTerm(id)), from: 'beginning' })}`}>
            Search for it as text
          </WayOn>
        )}
      </div>
    </main>
  )
}

function WayOn({ href, children }: { href: string; children: React.ReactNode }) {
  return (
    <a
      href={href}
      className="inline-flex h-7 items-center rounded-md border border-line-strong bg-panel px-2.5 font-medium hover:bg-hover"
    >
      {children}
    </a>
  )
}
