'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '../../../../api/api-provider.tsx'
import { TEST_IDS } from '../../../../test-ids.ts'
import { type FacetQuestion, questionOf } from '../facet-question.ts'
import { ANY_VALUE, choiceOf, toggledValue, withChoice } from '../field-choice.ts'
import { ServiceRow } from './service-row.tsx'
import { SERVICE_ORDERS, type ServiceOrder, sortServices } from './sort-services.ts'

const ORDER_NAMES: Readonly<Record<ServiceOrder, string>> = {
  worst: 'worst first',
  errors: 'by errors',
  events: 'by events',
}
/** More are seen by asking for them. */
const SHOWN = 12

/** Which service got worse: events, errors and how they changed against the time before. */
export function ServiceFacet(props: {
  readonly query: string
  readonly question: FacetQuestion
  onQuery(query: string): void
}) {
  const { query, question } = props
  const trpc = useTRPC()
  const [order, setOrder] = useState<ServiceOrder>('worst')
  const [all, setAll] = useState(false)
  const { data, isError } = useQuery(
    trpc.compare.queryOptions(
      { ...questionOf(question, 'service'), by: 'service', limit: 1000 },
      { gcTime: 0, retry: false, placeholderData: keepPreviousData, trpc: { abortOnUnmount: true } },
    ),
  )
  const choice = choiceOf(query, 'service')
  const services = sortServices(data?.values ?? [], order)
  const shown = all ? services : services.slice(0, SHOWN)
  const compared = data?.previous.whole === true
  const chosen = choice.included.length + choice.excluded.length > 0
  const filter = (next: typeof choice) => props.onQuery(withChoice(query, 'service', next))
  return (
    <section aria-label="Services" className="border-b border-line pb-2">
      <header className="flex h-7 items-center gap-2 pl-1">
        <h3 className="font-semibold">Services</h3>
        {chosen && (
          <button
            type="button"
            aria-label="Any service"
            className="rounded bg-accent-soft px-1.5 text-[11px] text-accent hover:underline"
            onClick={() => filter(ANY_VALUE)}
          >
            any
          </button>
        )}
        <select
          aria-label="Order of the services"
          value={order}
          onChange={(event) =>
            setOrder(SERVICE_ORDERS.find((each) => each === event.target.value) ?? 'worst')
          }
          className="ml-auto h-5.5 cursor-pointer rounded border border-transparent bg-transparent text-xs text-dim hover:border-line-strong hover:bg-hover"
        >
          {SERVICE_ORDERS.map((each) => (
            <option key={each} value={each}>
              {ORDER_NAMES[each]}
            </option>
          ))}
        </select>
      </header>
      {data === undefined && (
        <p className="px-1.5 py-1 text-xs text-faint">{isError ? 'No answer.' : 'Counting…'}</p>
      )}
      {data !== undefined && services.length === 0 && (
        <p className="px-1.5 py-1 text-xs text-faint">No log says its service.</p>
      )}
      {data !== undefined && services.length > 0 && (
        <>
          <ul aria-label="Services" className="flex flex-col gap-px">
            {shown.map((service) => (
              <ServiceRow
                key={service.value}
                service={service}
                compared={compared}
                total={data.total}
                choice={choice}
                onToggle={(side) => filter(toggledValue(choice, service.value, side))}
                onOnly={() => filter({ included: [service.value], excluded: [] })}
              />
            ))}
          </ul>
          {services.length > shown.length && (
            <button
              type="button"
              data-testid={TEST_IDS.facetMore}
              className="mt-0.5 px-1.5 text-xs text-accent hover:underline"
              onClick={() => setAll(true)}
            >
              All {services.length.toLocaleString('en')} services
            </button>
          )}
          {!compared && (
            <p className="px-1.5 pt-1 text-[11px] text-faint">No logs of the time before to compare with.</p>
          )}
        </>
      )}
    </section>
  )
}
