'use client'

import { useDeferredValue, useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { type FacetQuestion, questionOf } from './facet-question.ts'
import { type FieldChoice, toggledValue } from './field-choice.ts'
import { shareText } from './prepare-fields.ts'
import { useTopValues, VALUE_STEPS } from './use-top-values.ts'
import { ValueRow } from './value-row.tsx'

/** Fewer values are seen at a glance. */
const SEARCHED_FROM = 10

/** The commonest values of an opened field. */
export function FacetValues(props: {
  readonly question: FacetQuestion
  readonly field: string
  readonly choice: FieldChoice
  onChoice(choice: FieldChoice): void
}) {
  const { question, field, choice } = props
  const [step, setStep] = useState(0)
  const [lookedFor, setLookedFor] = useState('')
  const limit = VALUE_STEPS[step] ?? VALUE_STEPS[0]
  const { found, failed } = useTopValues(
    questionOf(question, field),
    field,
    limit,
    useDeferredValue(lookedFor),
  )
  if (found === undefined)
    return <p className="px-1.5 py-1 text-xs text-faint">{failed ? 'No answer.' : 'Counting…'}</p>
  const { values, total, more } = found
  // What is chosen and does not occur now stays there, to be taken back.
  const missing = [...choice.included, ...choice.excluded].filter(
    (value) => !values.some((each) => each.value === value),
  )
  const rows = lookedFor === '' ? [...values, ...missing.map((value) => ({ value, count: 0 }))] : values
  return (
    <>
      {(more || lookedFor !== '' || values.length >= SEARCHED_FROM) && (
        <input
          type="search"
          aria-label={`Search the values of ${field}`}
          placeholder="Search values"
          value={lookedFor}
          onChange={(event) => setLookedFor(event.target.value)}
          className="mb-1 h-6 w-full rounded border border-line bg-transparent px-1.5 text-xs placeholder:text-faint"
        />
      )}
      {rows.length === 0 && <p className="px-1.5 py-1 text-xs text-faint">None.</p>}
      <ul aria-label={`Values of ${field}`} className="flex flex-col gap-px">
        {rows.map(({ value, count }) => (
          <ValueRow
            key={value}
            field={field}
            value={value}
            choice={choice}
            share={total === 0 ? 0 : count / total}
            figures={`${count.toLocaleString('en')} · ${shareText(count, total)}`}
            fixed={value.startsWith('["') || value === '[...]' || value === '{...}'}
            onToggle={(side) => props.onChoice(toggledValue(choice, value, side))}
            onOnly={() => props.onChoice({ included: [value], excluded: [] })}
          />
        ))}
      </ul>
      {more && step < VALUE_STEPS.length - 1 && (
        <button
          type="button"
          data-testid={TEST_IDS.facetMore}
          className="mt-0.5 px-1.5 text-xs text-accent hover:underline"
          onClick={() => setStep(step + 1)}
        >
          More values
        </button>
      )}
    </>
  )
}
