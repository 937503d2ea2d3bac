import type { LoadGenerator } from '../generator/load-generator.ts'
import type { Load } from '../generator/workload.ts'
import { answerProblems, indexedAtLeast } from '../measure/load.ts'
import { type Cost, stretch } from '../measure/stretch.ts'
import type { ClusterSubject } from './cluster-subject.ts'

/** A backlog in Kafka, and how it was made and worked off. */
export interface Drain {
  readonly events: number
  /** From the first request until all lay in Kafka. */
  readonly published: Cost
  /** From the start of the indexers' processes until Elasticsearch's own count had all. */
  readonly seconds: number
  /** Of it, until both said that they are ready. */
  readonly startSeconds: number
  /** From then on, for each event that was not searchable yet: with what V8 compiles in a new process, without its start. */
  readonly working: Cost
  /** The same of the second half of the events. */
  readonly warm: Cost
  readonly problems: readonly string[]
}

/** Fills Kafka while no indexer runs. @returns events accepted */
export async function publish(
  subject: ClusterSubject,
  generator: LoadGenerator,
  load: Load,
): Promise<{ readonly events: number; readonly published: Cost; readonly problems: readonly string[] }> {
  await generator.prepare(load.workload)
  const end = stretch(() => subject.usage())
  const report = await generator.run({ ...load.pace, urls: [...subject.ingestUrls] }, () => undefined)
  const events = report.steps.reduce((sum, step) => sum + step.events, 0)
  return { events, published: end(events), problems: answerProblems(load.workload.name, report) }
}

/** Stops the indexers, lets a backlog grow, and starts them again. @param load one that no window bounds */
export async function drain(subject: ClusterSubject, generator: LoadGenerator, load: Load): Promise<Drain> {
  await subject.stopIndexers()
  const before = await subject.storedEvents()
  const { events, published, problems } = await publish(subject, generator, load)
  const begun = performance.now()
  await subject.startIndexers()
  const startSeconds = (performance.now() - begun) / 1_000
  const end = stretch(() => subject.usage())
  const left = before + events - (await subject.indexedEvents())
  await indexedAtLeast(subject, before + events / 2)
  const warm = await workedOff(subject, before + events)
  const working = end(left)
  const seconds = (performance.now() - begun) / 1_000
  const more = (await subject.storedEvents()) - before - events
  return {
    events,
    published,
    seconds,
    startSeconds,
    working,
    warm,
    problems: [...problems, ...(more === 0 ? [] : [`${more} events more than were accepted are stored`])],
  }
}

/** What it costs from now on until so many are searchable, for each that is not yet. */
export async function workedOff(subject: ClusterSubject, events: number): Promise<Cost> {
  const end = stretch(() => subject.usage())
  const left = events - (await subject.indexedEvents())
  await indexedAtLeast(subject, events)
  return end(left)
}
