'use client'

import type { ComparedValue } from '@heartwood/api'
import { TEST_IDS } from '../../../../test-ids.ts'
import type { FieldChoice } from '../field-choice.ts'
import { shareText } from '../prepare-fields.ts'
import { ValueRow } from '../value-row.tsx'
import { changeSign } from './sort-services.ts'

const TONES = {
  bad: 'bg-error-soft text-error font-medium',
  notable: 'bg-sunken text-dim',
  good: 'text-faint',
} as const

/** A service with its share of the events, and of its errors what changed. Only what is wrong has a colour. */
export function ServiceRow(props: {
  readonly service: ComparedValue
  /** It is known how it was in the time before. */
  readonly compared: boolean
  readonly total: number
  readonly choice: FieldChoice
  onToggle(side: 'included' | 'excluded'): void
  onOnly(): void
}) {
  const { service, total } = props
  const { value, count, errors } = service
  const sign = props.compared ? changeSign(service) : undefined
  return (
    <ValueRow
      field="service"
      value={value}
      testId={TEST_IDS.serviceFacet}
      choice={props.choice}
      share={total === 0 ? 0 : count / total}
      figures={`${count.toLocaleString('en')} · ${shareText(count, total)}`}
      below={
        (errors > 0 || sign !== undefined) && (
          <span className="flex items-center gap-1.5 text-[11px] leading-[15px]">
            {errors > 0 && (
              <span className="text-error tabular-nums">
                {errors.toLocaleString('en')} {errors === 1 ? 'error' : 'errors'} · {shareText(errors, count)}
              </span>
            )}
            {sign !== undefined && (
              <span
                data-testid={TEST_IDS.serviceChange}
                title={sign.about}
                className={`ml-auto rounded px-1 tabular-nums ${TONES[sign.tone]}`}
              >
                {sign.text}
                <span className="sr-only">. {sign.about}</span>
              </span>
            )}
          </span>
        )
      }
      onToggle={props.onToggle}
      onOnly={props.onOnly}
    />
  )
}
