'use client'

import type { FieldsOutput } from '@heartwood/api'
import { useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { useHabit } from '../../../ui/use-habit.ts'
import { fieldTerm, withTerm } from '../edit-query.ts'
import type { ColumnChoice } from '../log-list/columns/column-choice.ts'
import { Facet } from './facet.tsx'
import type { FacetQuestion } from './facet-question.ts'
import { FacetValues } from './facet-values.tsx'
import { ANY_VALUE, choiceOf, withChoice } from './field-choice.ts'
import { NumberRange } from './number-range.tsx'
import { PINNED_FIELDS } from './panel-habits.ts'
import { prepareFields } from './prepare-fields.ts'

/** The fields that occur; values are asked for only where one is opened. */
export function FieldList(props: {
  readonly fields: FieldsOutput['fields']
  readonly query: string
  readonly question: FacetQuestion | undefined
  readonly columns: ColumnChoice
  onQuery(query: string): void
}) {
  const { query, question, columns, onQuery } = props
  const [pins, setPins] = useHabit(PINNED_FIELDS)
  const [lookedFor, setLookedFor] = useState('')
  const [opened, setOpened] = useState<readonly string[]>(['level'])
  const fields = prepareFields(props.fields, pins, lookedFor)
  const toggled = (names: readonly string[], name: string) =>
    names.includes(name) ? names.filter((each) => each !== name) : [...names, name]
  return (
    <>
      <input
        type="search"
        data-testid={TEST_IDS.fieldSearch}
        aria-label="Search the fields"
        placeholder="Search fields"
        value={lookedFor}
        onChange={(event) => setLookedFor(event.target.value)}
        className="mb-1 h-7 w-full shrink-0 rounded-md border border-line bg-transparent px-2 text-xs placeholder:text-faint"
      />
      {fields.length === 0 && props.fields.length > 0 && (
        <p className="px-1 py-2 text-xs text-faint">No field has this in its name.</p>
      )}
      {fields.map((field) => {
        const { name } = field
        const choice = choiceOf(query, name)
        return (
          <Facet
            key={name}
            field={field}
            open={opened.includes(name)}
            choice={choice}
            onOpen={() => setOpened(toggled(opened, name))}
            isColumn={columns.has(name)}
            onColumn={() => columns.toggle(name)}
            onPin={() => setPins(toggled(pins, name))}
            onAny={() => onQuery(withChoice(query, name, ANY_VALUE))}
          >
            {question !== undefined && (
              <>
                {field.numeric && (
                  <NumberRange
                    question={question}
                    field={name}
                    onAbove={(value) =>
                      onQuery(
                        withTerm(query, fieldTerm(name, { kind: 'compare', op: '>', value: String(value) })),
                      )
                    }
                  />
                )}
                <FacetValues
                  question={question}
                  field={name}
                  choice={choice}
                  onChoice={(next) => onQuery(withChoice(query, name, next))}
                />
              </>
            )}
          </Facet>
        )
      })}
    </>
  )
}
