'use client'

import { MailWarning } from 'lucide-react'
import { TEST_IDS } from '../../test-ids.ts'

/** How many letters there are, with the way to them; nothing where there are none. */
export function DeadLettersIndicator({ count }: { count: number | undefined }) {
  if (count === undefined || count === 0) return null
  const label = `Dead letters: ${count.toLocaleString('en')} (D)`
  return (
    <a
      href="/dead-letters"
      aria-label={label}
      title={label}
      data-testid={TEST_IDS.deadLetters}
      className="inline-flex h-7 min-w-7 shrink-0 items-center justify-center gap-1 rounded-md px-1.5 font-semibold text-warn hover:bg-hover"
    >
      <MailWarning size={15} aria-hidden />
      <span className="tabular-nums">{count > 999 ? '999+' : count}</span>
    </a>
  )
}
