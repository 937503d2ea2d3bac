'use client'

import { ArrowLeft, Link2, List, RotateCw } from 'lucide-react'
import { TEST_IDS } from '../../test-ids.ts'
import { IconButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Mark } from '../../ui/mark.tsx'
import { useInBrowser } from '../../ui/use-in-browser.ts'
import { LogText } from '../search/log-list/log-text.tsx'
import { ThemeToggle } from '../theme/theme-toggle.tsx'
import { backHref } from './back-href.ts'
import type { Correlation } from './correlation.ts'

/** Which trace it is, and the way back. */
export function TraceHead(props: {
  readonly kind: Correlation
  readonly id: string
  /** The same lines as a search, where there are any. */
  readonly searchHref: string | undefined
  readonly refreshing: boolean
  onCopyLink(): void
  onRefresh(): void
}) {
  const inBrowser = useInBrowser()
  const back = inBrowser ? backHref(document.referrer, window.location.origin) : '/'
  return (
    <header className="flex shrink-0 items-center gap-2 border-b border-line bg-head px-3 py-2">
      <a
        href={back}
        data-testid={TEST_IDS.backToSearch}
        className="flex shrink-0 items-center gap-2 rounded-md py-0.5 text-[14.5px] font-semibold tracking-tight hover:text-accent"
      >
        <Mark className="text-accent" />
        <ArrowLeft size={15} aria-hidden className="text-faint" />
        <span className="max-sm:sr-only">Back to the search</span>
      </a>
      <span aria-hidden className="text-faint max-sm:hidden">
        /
      </span>
      <h1 className="flex min-w-0 flex-1 items-baseline gap-2">
        <span className="text-[14.5px] font-semibold">{props.kind === 'trace' ? 'Trace' : 'Request'}</span>
        <span className="truncate font-mono text-[12.5px] text-dim">
          <LogText text={props.id} />
        </span>
        <span className="self-center">
          <CopyButton small text={props.id} label="Copy the id" />
        </span>
      </h1>
      {props.searchHref !== undefined && (
        <a
          href={props.searchHref}
          data-testid={TEST_IDS.showInSearch}
          className="inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md border border-line-strong bg-panel px-2.5 font-medium whitespace-nowrap hover:bg-hover"
        >
          <List size={14} aria-hidden /> <span className="max-sm:sr-only">Show in the list</span>
        </a>
      )}
      <IconButton label="Copy a link to this page (y)" onClick={props.onCopyLink}>
        <Link2 size={15} aria-hidden />
      </IconButton>
      <IconButton label="Ask again (r)" disabled={props.refreshing} onClick={props.onRefresh}>
        <RotateCw size={15} aria-hidden />
      </IconButton>
      <ThemeToggle />
    </header>
  )
}
