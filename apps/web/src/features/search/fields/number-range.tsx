'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../api/api-provider.tsx'
import { Hint } from '../../../ui/button.tsx'
import type { FacetQuestion } from './facet-question.ts'
import { numberText } from './prepare-fields.ts'

const MARKS = [
  { name: 'min', percentile: 0 },
  { name: 'p50', percentile: 50 },
  { name: 'p95', percentile: 95 },
  { name: 'max', percentile: 100 },
] as const

/** Where the numbers of a field lie. A click on the middle or the 95th percentile keeps what is above it. */
export function NumberRange(props: {
  readonly question: FacetQuestion
  readonly field: string
  onAbove(value: number): void
}) {
  const { question, field } = props
  const trpc = useTRPC()
  const { data } = useQuery(
    trpc.percentiles.queryOptions(
      { ...question, field, percentiles: MARKS.map(({ percentile }) => percentile).join(',') },
      { gcTime: 0, retry: false, trpc: { abortOnUnmount: true } },
    ),
  )
  const group = data?.groups[0]
  if (group === undefined) return null
  return (
    <dl className="mb-1.5 grid grid-cols-4 gap-1 px-1.5 text-center" aria-label={`Numbers of ${field}`}>
      {MARKS.map(({ name, percentile }, index) => {
        const value = group.values[index] ?? 0
        const text = `${data?.exact === false ? '≈' : ''}${numberText(value)}`
        return (
          <div key={name} className="min-w-0">
            <dt className="text-[10.5px] text-faint">{name}</dt>
            <dd className="truncate font-mono text-[11.5px]" title={String(value)}>
              {percentile === 0 || percentile === 100 ? (
                text
              ) : (
                <Hint text={`Only ${field} above ${numberText(value)}`}>
                  <button
                    type="button"
                    aria-label={`Only ${field} above ${name}, ${numberText(value)}`}
                    className="max-w-full truncate rounded px-1 text-accent hover:bg-hover"
                    onClick={() => props.onAbove(value)}
                  >
                    {text}
                  </button>
                </Hint>
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
