'use client'

import type { StatusOutput } from '@heartwood/api'
import { Keyboard, Link2, LogOut, Radio, RotateCw, Upload } from 'lucide-react'
import type { RefObject } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { AlertsIndicator } from '../alerts/alerts-indicator.tsx'
import { DeadLettersIndicator } from '../dead-letters/dead-letters-indicator.tsx'
import { DemoMenu } from '../demo/demo-menu.tsx'
import type { DemoControls } from '../demo/use-demo.ts'
import { StatusLink } from '../product-nav/status-link.tsx'
import { SavedMenu } from '../saved-searches/saved-menu.tsx'
import type { SavedSearchPart } from '../saved-searches/use-saved-search-part.ts'
import { ThemeToggle } from '../theme/theme-toggle.tsx'
import { absoluteHref } from './links/absolute-href.ts'
import { copyLink } from './links/copy-link-menu.tsx'
import { QueryBar } from './query-bar/query-bar.tsx'
import type { QueryBarHandle } from './query-bar/query-editor.tsx'
import { StepButtons } from './time-range/step-buttons.tsx'
import { TimeRangePicker } from './time-range/time-range-picker.tsx'
import type { TimePart } from './time-range/use-time-part.ts'
import type { Search } from './use-search.ts'

export interface TopBarProps {
  readonly search: Search
  readonly status: StatusOutput | undefined
  readonly saved: SavedSearchPart
  readonly demo: DemoControls
  readonly fields: readonly string[]
  readonly queryBar: RefObject<QueryBarHandle | null>
  readonly time: TimePart
  onRefresh(): void
  onLive(): void
  onSendLogs(): void
  onShortcuts(): void
}

export function TopBar(props: TopBarProps) {
  const { search, status } = props
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-2 gap-y-1.5 bg-head px-3 py-2">
      <a
        href="/"
        className="flex shrink-0 items-center gap-2 rounded-md pr-2 text-[14.5px] font-semibold tracking-tight max-md:mr-auto"
      >
        <Mark className="text-accent" />
        <span className="md:max-2xl:sr-only">Heartwood</span>
      </a>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1.5 max-md:order-last max-md:basis-full">
        <QueryBar
          query={search.query}
          fields={props.fields}
          range={search}
          handle={props.queryBar}
          onJump={props.time.jump}
          onRun={(query) => (query === search.query ? props.onRefresh() : search.change({ query }))}
        />
        <div className="flex items-center">
          <span className="contents max-xl:hidden">
            <StepButtons steps={props.time.steps} only={['earlier']} />
          </span>
          <TimeRangePicker range={search} at={search.at} time={props.time} />
          <span className="contents max-xl:hidden">
            <StepButtons steps={props.time.steps} only={['later', 'zoomOut']} />
          </span>
        </div>
        <Button
          testId={TEST_IDS.live}
          aria-pressed={search.live}
          title="Follow new logs as they arrive (l)"
          onClick={props.onLive}
        >
          <Radio size={14} aria-hidden /> Live
        </Button>
        <SavedMenu part={props.saved} />
        <IconButton label="Ask again (r)" testId={TEST_IDS.refresh} onClick={props.onRefresh}>
          <RotateCw size={15} aria-hidden />
        </IconButton>
        <IconButton
          label="Copy a link to this search, at fixed times (y)"
          testId={TEST_IDS.copySearchLink}
          onClick={() => void copyLink(absoluteHref(search, Date.now()))}
        >
          <Link2 size={15} aria-hidden />
        </IconButton>
      </div>
      <nav aria-label="Product" className="flex shrink-0 items-center gap-0.5">
        <DemoMenu demo={props.demo} />
        <AlertsIndicator onShow={(range) => search.change({ ...range, live: false })} />
        <DeadLettersIndicator count={status?.dead_letters} />
        <StatusLink />
        {status?.events !== 0 && (
          <Button
            look="quiet"
            testId={TEST_IDS.sendLogs}
            aria-label="Send your logs"
            onClick={props.onSendLogs}
          >
            <Upload size={15} aria-hidden />
            <span className="max-lg:hidden">Send your logs</span>
          </Button>
        )}
        <ThemeToggle />
        <IconButton label="Keys and queries (?)" onClick={props.onShortcuts}>
          <Keyboard size={15} aria-hidden />
        </IconButton>
        {status?.needs_token === true && (
          <form method="post" action="/sign-out">
            <IconButton label="Sign out" testId={TEST_IDS.signOut} type="submit">
              <LogOut size={15} aria-hidden />
            </IconButton>
          </form>
        )}
      </nav>
    </header>
  )
}
