'use client'

import type { LogJson } from '@heartwood/api'
import { Tabs } from 'radix-ui'
import { useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import { SearchError } from '../empty/search-error.tsx'
import type { Highlighter } from '../log-list/highlight.ts'
import { ContextView } from './context/context-view.tsx'
import { CorrelationLinks } from './correlation-links.tsx'
import type { DetailsActions } from './details-actions.ts'
import { DetailsDrawer } from './details-drawer.tsx'
import { DetailsHead, type DetailsHeadProps } from './details-head.tsx'
import { FieldTable } from './fields/field-table.tsx'
import { JsonView } from './json-view.tsx'
import { MessageView } from './message-view.tsx'
import { RawView } from './raw-view.tsx'
import type { OpenEvent } from './use-open-event.ts'

export interface DetailsProps extends Omit<DetailsHeadProps, 'log'> {
  readonly event: OpenEvent | undefined
  readonly highlight: Highlighter
  readonly actions: DetailsActions
  /** To another event by its id. */
  onOpenEvent(id: string): void
}

const TABS = ['fields', 'context', 'json', 'raw'] as const
type Tab = (typeof TABS)[number]
const TAB_NAMES: Readonly<Record<Tab, string>> = {
  fields: 'Fields',
  context: 'Context',
  json: 'JSON',
  raw: 'Raw',
}

/** One event in full, in its drawer; nothing while none is open. */
export function Details(props: DetailsProps) {
  const { event, onClose } = props
  // Kept here, so that the next event is shown the same way.
  const [tab, setTab] = useState<Tab>('fields')
  if (event === undefined) return null
  return (
    <DetailsDrawer onClose={onClose}>
      {event.state === 'found' ? (
        <>
          <DetailsHead {...props} log={event.log} />
          <Found log={event.log} tab={tab} onTab={setTab} details={props} />
        </>
      ) : (
        <>
          <DetailsHead {...props} log={undefined} />
          <NotThere event={event} onClose={onClose} />
        </>
      )}
    </DetailsDrawer>
  )
}

function Found(props: { log: LogJson; tab: Tab; onTab(tab: Tab): void; details: DetailsProps }) {
  const { log, details } = props
  const shown = TABS.filter((tab) => tab !== 'raw' || log.raw !== undefined)
  const tab = shown.includes(props.tab) ? props.tab : 'fields'
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <MessageView log={log} highlight={details.highlight} actions={details.actions} />
      <CorrelationLinks log={log} />
      <Tabs.Root
        value={tab}
        className="flex min-h-0 flex-1 flex-col"
        onValueChange={(value) => {
          const next = shown.find((each) => each === value)
          if (next !== undefined) props.onTab(next)
        }}
      >
        <Tabs.List aria-label="Details" className="flex shrink-0 gap-1 border-b border-line px-2">
          {shown.map((each) => (
            <Tabs.Trigger
              key={each}
              value={each}
              className="-mb-px border-b-2 border-transparent px-2 py-1.5 font-medium text-dim hover:text-text data-[state=active]:border-accent data-[state=active]:text-text"
            >
              {TAB_NAMES[each]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value={tab} key={tab} tabIndex={-1} className="px-3 outline-none">
          <TabBody tab={tab} log={log} details={details} />
        </Tabs.Content>
      </Tabs.Root>
    </div>
  )
}

function TabBody({ tab, log, details }: { tab: Tab; log: LogJson; details: DetailsProps }) {
  switch (tab) {
    case 'fields':
      return <FieldTable log={log} actions={details.actions} />
    case 'context':
      return <ContextView key={log.id} log={log} onOpen={details.onOpenEvent} />
    case 'json':
      return <JsonView log={log} />
    case 'raw':
      return <RawView raw={log.raw ?? ''} />
  }
}

function NotThere({ event, onClose }: { event: Exclude<OpenEvent, { state: 'found' }>; onClose(): void }) {
  switch (event.state) {
    case 'loading':
      return <p className="px-4 py-6 text-dim">Looking for the event…</p>
    case 'failed':
      return <SearchError error={event.error} onRetry={onClose} />
    case 'missing':
      return (
        <div role="status" data-testid={TEST_IDS.eventMissing} className="px-5 py-8 text-center">
          <p className="text-[15px] font-semibold">This event does not exist, or not any more</p>
          <p className="mx-auto mt-1 mb-4 max-w-96 text-dim">
            No stored event has the id of this link. It may have passed its retention, or have been deleted.
          </p>
          <Button onClick={onClose}>Close</Button>
        </div>
      )
  }
}
