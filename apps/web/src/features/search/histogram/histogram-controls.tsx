'use client'

import type { FieldsOutput } from '@heartwood/api'
import { PanelLeft, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import { splitFields } from './split-fields.ts'

/** Shorter delays are the usual work of the indexer. */
const NOTABLE_DELAY_MILLIS = 5_000

/** What stands over the chart: what it is split by, and that the newest logs are not in it yet. */
export function HistogramControls(props: {
  readonly by: string
  readonly fields: FieldsOutput['fields']
  /** How long the oldest log waits that is accepted and cannot be found yet; undefined where nobody knows. */
  readonly delayMillis: number | undefined
  readonly fieldsOpen: boolean
  /** What else stands in the row. */
  readonly children?: ReactNode
  onBy(field: string): void
  onFields(): void
}) {
  const { by, fields, delayMillis = 0 } = props
  return (
    <div className="flex items-center gap-3 px-3 pt-1 text-xs text-faint">
      <Button
        look="quiet"
        testId={TEST_IDS.fieldsToggle}
        aria-pressed={props.fieldsOpen}
        title="Fields (f)"
        onClick={props.onFields}
      >
        <PanelLeft size={14} aria-hidden />
        Fields
      </Button>
      <label className="inline-flex items-center gap-1">
        by
        <select
          data-testid={TEST_IDS.histogramBy}
          aria-label="Split the chart by"
          value={by}
          onChange={(event) => props.onBy(event.target.value)}
          className="h-5.5 max-w-40 cursor-pointer rounded border border-transparent bg-transparent text-dim hover:border-line-strong hover:bg-hover"
        >
          {splitFields(fields, by).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {delayMillis > NOTABLE_DELAY_MILLIS && (
        <p
          role="status"
          data-testid={TEST_IDS.ingestDelay}
          className="inline-flex items-center gap-1 text-warn"
        >
          <TriangleAlert size={12} aria-hidden />
          The newest logs are {Math.round(delayMillis / 1_000).toLocaleString('en')} s behind
        </p>
      )}
      {props.children}
    </div>
  )
}
