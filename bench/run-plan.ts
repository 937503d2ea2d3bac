import { randomBytes } from 'node:crypto'
import { addFacts, noFacts } from './generator/facts.ts'
import { LoadGenerator } from './generator/load-generator.ts'
import type { Facts } from './generator/workload.ts'
import { type Freshness, measureFreshness } from './measure/freshness.ts'
import { type LoadResult, runLoad } from './measure/load.ts'
import { type Answered, askAll, type Landmarks } from './measure/questions.ts'
import { Subject } from './measure/subject.ts'
import { MemoryWatch, usageByApp } from './measure/usage.ts'
import type { Plan, Scenario } from './plan.ts'

export interface Measured {
  readonly loads: readonly LoadResult[]
  readonly freshness: Freshness | undefined
  readonly questions: readonly Answered[]
  /** Stored when the questions were asked. */
  readonly storedEvents: number
  readonly segments: number
  /** Of all events and their mix. */
  readonly storedBytesPerEvent: number
  readonly peakMemory: ReadonlyMap<string, number>
  /** CPU of all apps over everything but the start, merges and questions included, microseconds per stored event. */
  readonly wholeRunMicros: number
  readonly problems: readonly string[]
}

/** Runs a plan against one Heartwood. */
export async function runPlan(plan: Plan, say: (text: string) => void): Promise<Measured> {
  await using subject = await Subject.start()
  using generator = new LoadGenerator()
  using memory = new MemoryWatch(subject.pid)
  const facts = noFacts()
  const landmarks = newLandmarks()
  const loads: LoadResult[] = []
  let freshness: Freshness | undefined
  const from = Date.now()
  const cpuAtStart = cpuSeconds(subject)

  const load = async (scenario: Scenario) => {
    say(scenario.workload.name)
    const result = await runLoad(subject, generator, scenario.workload, scenario.pace)
    addFacts(facts, result.report.facts)
    return result
  }
  await load(plan.warmup)
  for (const [index, scenario] of plan.scenarios.entries()) {
    // Some way into the data, with as much behind as before.
    if (index === plan.scenarios.length >> 1) addFacts(facts, await sendLandmarks(subject, landmarks))
    const ending = new AbortController()
    const measuring = scenario.freshness && measureFreshness(subject, ending.signal)
    const result = await load(scenario)
    ending.abort()
    loads.push(result)
    const measured = await measuring
    if (measured !== undefined) {
      freshness = measured
      addFacts(facts, quietEvents(measured.sent))
    }
  }
  while (facts.events < plan.fillTo) await load(plan.fill)
  say('questions')
  const span = { from, to: Date.now() }
  const questions = await askAll(subject, facts, landmarks, span, plan.repeats)
  const cpuAtEnd = cpuSeconds(subject)
  const stored = await subject.stopAndLook()
  return {
    loads,
    freshness,
    questions,
    storedEvents: stored.events,
    segments: stored.segments,
    storedBytesPerEvent: stored.bytes / stored.events,
    peakMemory: memory.peak,
    wholeRunMicros: ((cpuAtEnd - cpuAtStart) * 1e6) / stored.events,
    problems: [
      ...loads.flatMap(({ problems }) => problems),
      ...(freshness?.problems ?? []),
      ...questions.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`])),
      ...(stored.events === facts.events
        ? []
        : [`${stored.events} events are stored, ${facts.events} were accepted`]),
    ],
  }
}

function cpuSeconds(subject: Subject): number {
  return [...usageByApp(subject.pid).values()].reduce((sum, usage) => sum + usage.cpuSeconds, 0)
}

function newLandmarks(): Landmarks {
  const nonce = randomBytes(16).toString('hex')
  return { traceId: nonce, traceEvents: 5, word: `quokka${nonce.slice(0, 8)}`, wordEvents: 3 }
}

async function sendLandmarks(subject: Subject, landmarks: Landmarks): Promise<Facts> {
  const { traceId, traceEvents, word, wordEvents } = landmarks
  const line = (message: string, more: object) => ({
    '@timestamp': new Date().toISOString(),
    level: 'info',
    service: 'bench-landmark',
    message,
    ...more,
  })
  await subject.send([
    ...Array.from({ length: traceEvents }, (_, n) => line(`step ${n} of a trace`, { trace_id: traceId })),
    ...Array.from({ length: wordEvents }, (_, n) => line(`the ${word} was seen ${n} times`, {})),
  ])
  return quietEvents(traceEvents + wordEvents)
}

/** Events of level info with nothing to find in them. */
function quietEvents(count: number): Facts {
  return { ...noFacts(), events: count, byLevel: { info: count } }
}
