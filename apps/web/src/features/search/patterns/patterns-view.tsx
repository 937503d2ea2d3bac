'use client'

import { useState } from 'react'
import { apiErrorOf } from '../../../api/api-error.ts'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import { useDelayed } from '../../../ui/use-delayed.ts'
import { withTerm } from '../edit-query.ts'
import { SearchError } from '../empty/search-error.tsx'
import type { FacetQuestion } from '../fields/facet-question.ts'
import { PatternRow } from './pattern-row.tsx'
import { patternsText, patternTerm } from './prepare-patterns.ts'
import { FEW_PATTERNS, MANY_PATTERNS, usePatterns } from './use-patterns.ts'

/** An earlier answer is greyed only once the new one takes its time. */
const OUTDATED_MILLIS = 300

/** What the logs say instead of all of them: messages by their shape, the commonest first. */
export default function PatternsView(props: {
  readonly query: string
  readonly question: FacetQuestion | undefined
  /** `lines` shows the rows of what is left. */
  onQuery(query: string, lines: boolean): void
}) {
  const { query, question } = props
  const [limit, setLimit] = useState(FEW_PATTERNS)
  const [opened, setOpened] = useState<string>()
  const { data, error, isPlaceholderData, refetch } = usePatterns(question, limit)
  const outdated = useDelayed(isPlaceholderData, OUTDATED_MILLIS)
  if (error !== null) return <SearchError error={apiErrorOf(error)} onRetry={() => void refetch()} />
  if (data === undefined || question === undefined)
    return <p className="flex-1 bg-list px-4 pt-4 text-xs text-faint">Reading what the logs say…</p>
  return (
    <div
      className={`min-h-0 flex-1 overflow-y-auto bg-list transition-opacity ${outdated ? 'opacity-60' : ''}`}
    >
      <p
        role="status"
        data-testid={TEST_IDS.patternsSummary}
        className="sticky top-0 z-10 border-b border-line bg-list px-3 py-1 text-xs text-dim"
      >
        {patternsText(data)}
      </p>
      <ul aria-label="Patterns">
        {data.patterns.map((pattern) => (
          <PatternRow
            key={pattern.shape}
            pattern={pattern}
            total={data.looked}
            question={question}
            open={opened === pattern.shape}
            onOpen={(open) => setOpened(open ? pattern.shape : undefined)}
            onFilter={(side) => props.onQuery(withTerm(query, patternTerm(pattern, side)), side === 'only')}
          />
        ))}
      </ul>
      {data.patterns.length < data.shapes && limit === FEW_PATTERNS && (
        <div className="p-3">
          <Button onClick={() => setLimit(MANY_PATTERNS)}>More patterns</Button>
        </div>
      )}
    </div>
  )
}
