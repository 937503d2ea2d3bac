'use client'

import type { LogJson } from '@heartwood/api'
import { exactJson } from '@heartwood/event'
import { useMemo } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { CopyButton } from '../../../ui/copy.tsx'
import { laidOut } from '../json/laid-out.ts'
import { LongText } from './fields/long-text.tsx'

/** The event as the API writes it. */
export function JsonView({ log }: { log: LogJson }) {
  const text = useMemo(() => laidOut(exactJson(log)), [log])
  return <TextBox text={text} label="Copy JSON" testId={TEST_IDS.eventJson} />
}

/** Text as it is, in a box of its own, with a button to copy all of it. */
export function TextBox(props: { text: string; label: string; testId: string }) {
  return (
    <div className="relative my-2 rounded-md bg-sunken">
      <span className="absolute top-1 right-1 rounded-md bg-sunken">
        <CopyButton text={props.text} label={props.label} />
      </span>
      <pre
        data-testid={props.testId}
        className="px-2.5 py-2 pr-9 text-[12px] leading-[18px] wrap-anywhere whitespace-pre-wrap"
      >
        <LongText text={props.text} limit={50_000} />
      </pre>
    </div>
  )
}
