import type { SystemOutput } from '@heartwood/api'
import type { ReactNode } from 'react'
import { bytesText } from '../../ui/bytes-text.ts'
import { countText } from './live/prepare-cards.ts'

/** What else is to know of the store and of who uses it. */
export function StoreFacts({ system }: { system: SystemOutput }) {
  const { store, limits, tails, questions } = system
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-3 lg:grid-cols-6">
      <Fact name="Merge debt">{debtText(store.merge_debt)}</Fact>
      <Fact name="Not durable yet">{countText(store.shown)} events</Fact>
      <Fact name="Free on the disk">
        {limits.disk_free_bytes === null ? 'not known' : bytesText(limits.disk_free_bytes)}
      </Fact>
      <Fact name="Dead letters">
        <a
          href="/dead-letters"
          className="underline decoration-line-strong underline-offset-2 hover:text-accent"
        >
          {countText(store.dead_letters)}
        </a>
      </Fact>
      <Fact name="Live tails">{countText(tails)}</Fact>
      <Fact name="Questions running">{countText(questions)}</Fact>
    </dl>
  )
}

function debtText(debt: SystemOutput['store']['merge_debt']): string {
  if (debt === null) return 'not known'
  if (debt.segments === 0) return 'none'
  return `${countText(debt.segments)} files, ${bytesText(debt.bytes)}`
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-dim">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  )
}
