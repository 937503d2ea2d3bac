import { indexedAtLeast } from '../measure/load.ts'
import { type Cost, stretch } from '../measure/stretch.ts'
import type { ClusterSubject } from './cluster-subject.ts'

/** What it takes one archiver to put all that lies in the topic into an archive, beside nobody. */
export interface Archiving {
  readonly events: number
  readonly bytes: number
  readonly segments: number
  /** From when the archiver was ready until its manifest counted all. */
  readonly whole: Cost
  /** The same of what was not archived when a half was. */
  readonly warm: Cost
  readonly problems: readonly string[]
}

/** @param events that lie in the topic. Leaves no indexer running. */
export async function archiving(subject: ClusterSubject, events: number): Promise<Archiving> {
  await subject.stopIndexers()
  await using archive = await subject.startArchive()
  const target = { indexedEvents: async () => (await archive.totals()).events }
  const whole = stretch(() => subject.usage())
  await indexedAtLeast(target, events / 2)
  const left = events - (await target.indexedEvents())
  const warm = stretch(() => subject.usage())
  await indexedAtLeast(target, events)
  const costs = { warm: warm(left), whole: whole(events) }
  const totals = await archive.totals()
  const problems =
    totals.events === events
      ? []
      : [`${totals.events - events} events more than were accepted are in the archive`]
  return { ...totals, ...costs, problems }
}
