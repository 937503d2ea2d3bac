import { AggregateOutput } from '@heartwood/api'
import type { Ledger } from '../expected/ledger.ts'
import type { GeneratedEvent } from '../generator/generated-event.ts'
import { getText } from '../measure/get-text.ts'
import type { Subject } from '../measure/subject.ts'
import { isoFromMicros } from '../questions/ranges.ts'

/** As many as the API names at once: of more services, the busiest. */
const MOST_VALUES = 1_000
const HOUR_MICROS = 3_600_000_000

/**
 * Counts by searching whether all that was accepted is there, once: in all, by level and by service. One sentence for each
 * difference.
 */
export async function countedProblems(subject: Subject, ledger: Ledger): Promise<string[]> {
  const keys = {
    level: ({ level }: GeneratedEvent) => level,
    service: ({ service }: GeneratedEvent) => service,
  }
  const problems: string[] = []
  for (const [field, key] of Object.entries(keys)) {
    const found = await countsBy(subject, ledger, field)
    const expected = ledger.countBy(() => true, ledger.span(), key)
    if (found.total !== ledger.events)
      problems.push(`${found.total} events are found, ${ledger.events} were accepted`)
    for (const { value, count } of found.top)
      if (expected.get(value) !== count)
        problems.push(
          `${count} events of ${field} ${value} are found, ${expected.get(value) ?? 0} were accepted`,
        )
  }
  return problems
}

async function countsBy(subject: Subject, ledger: Ledger, by: string): Promise<AggregateOutput> {
  const { from, to } = ledger.span()
  const parameters = new URLSearchParams({
    query: '*',
    by,
    limit: String(MOST_VALUES),
    interval: 'auto',
    from_time: isoFromMicros(from - HOUR_MICROS),
    to_time: isoFromMicros(to + HOUR_MICROS),
  })
  const { ok, status, text } = await getText(`${subject.webUrl}/api/v1/aggregate?${parameters}`)
  if (!ok) throw new Error(`counting by ${by} answered ${status}: ${text}`)
  return AggregateOutput.parse(JSON.parse(text))
}
