import { acceptLogs, decodeRecord, RefusedBody, recordHeader } from '@heartwood/doors'
import { type EventBatch, exactJson, isoFromNanos, type LogEvent, type Nanos, rowsOf } from '@heartwood/event'
import { runPipeline, STANDARD_STEPS } from '@heartwood/pipeline'
import type { LogFile } from './log-files.ts'
import { isThen, type Truth, truthOf } from './truth.ts'

/** What became of a file. Shares are from 0 to 1, of events. */
export interface Figures {
  readonly file: string
  readonly lines: number
  readonly events: number
  readonly time: number
  readonly level: number
  readonly message: number
  /** Events of more lines than one. */
  readonly joined: number
  /** Of the lines whose time or level is known, those that were read right; undefined: nothing is known. */
  readonly rightTime: number | undefined
  readonly rightLevel: number | undefined
  readonly shown: readonly string[]
  readonly problem: string | undefined
}

/** As large as the batches of `heartwood send`. */
const BATCH_BYTES = 1_000_000
/** When everything is received: later than any log there is. */
const RECEIVED: Nanos = 1_800_000_000_000_000_000n
const BATCH = 'formats'

/** Sends a file through accepting, decoding and the pipeline, as ingest and indexer do, and looks at the events. */
export async function figuresOf({ name, body, truth }: LogFile, show: number): Promise<Figures> {
  let lines = 0
  let problem: string | undefined
  const events: LogEvent[] = []
  /** By index of line in the file. */
  const byLine = new Map<number, LogEvent>()
  for (const part of batchesOf(body)) {
    try {
      const { records, batch } = await throughDoorAndPipeline(part)
      for (const event of rowsOf(batch)) {
        events.push(event)
        byLine.set(lines + Number(event.id.slice(BATCH.length + 1)), event)
      }
      lines += records
    } catch (error) {
      if (!(error instanceof RefusedBody)) throw error
      problem = error.message
    }
  }
  const share = (is: (event: LogEvent) => boolean) =>
    events.length === 0 ? 0 : events.filter(is).length / events.length
  return {
    file: name,
    lines,
    events: events.length,
    time: share(({ timestamp, observed_at }) => timestamp !== observed_at),
    level: share(({ level }) => level !== 'unknown'),
    message: share(({ raw, attributes }) => raw !== undefined || Object.keys(attributes).length > 0),
    joined: events.filter(({ message }) => /\n./.test(message)).length,
    ...(truth === undefined
      ? { rightTime: undefined, rightLevel: undefined }
      : rightShares(truthOf(truth), byLine)),
    shown: someOf(events, show).map(printed),
    problem,
  }
}

async function throughDoorAndPipeline(body: Buffer): Promise<{ records: number; batch: EventBatch }> {
  const accepted = await acceptLogs(body)
  const header = recordHeader(accepted, {
    batchId: BATCH,
    clientBatch: false,
    receivedAt: RECEIVED,
    encoding: 'identity',
    defaults: {},
    bytes: body.length,
  })
  const { batch } = await decodeRecord(header, body, RECEIVED)
  return { records: accepted.records, batch: runPipeline(STANDARD_STEPS, batch, { header }).batch }
}

/** Cut at line ends; a JSON document over several lines goes whole. */
function* batchesOf(body: Buffer): Generator<Buffer> {
  if (/^\s*\[\s*\{|^\s*\{\s*\n/.test(body.toString('latin1', 0, 1000))) {
    yield body
    return
  }
  for (let start = 0; start < body.length; ) {
    const newline = start + BATCH_BYTES < body.length ? body.lastIndexOf(0x0a, start + BATCH_BYTES) : -1
    const end = newline < start ? body.length : newline + 1
    yield body.subarray(start, end)
    start = end
  }
}

function rightShares(truths: readonly Truth[], byLine: ReadonlyMap<number, LogEvent>) {
  const right = (known: (truth: Truth) => boolean, is: (truth: Truth, event: LogEvent) => boolean) => {
    let total = 0
    let found = 0
    truths.forEach((truth, line) => {
      if (!known(truth)) return
      total++
      const event = byLine.get(line)
      if (event !== undefined && is(truth, event)) found++
    })
    return total === 0 ? undefined : found / total
  }
  return {
    rightTime: right(
      ({ millis }) => millis !== undefined,
      (truth, { timestamp }) => isThen(truth, timestamp),
    ),
    rightLevel: right(
      ({ level }) => level !== undefined,
      (truth, { level }) => truth.level === level,
    ),
  }
}

/** Spread over the file. */
function someOf(events: readonly LogEvent[], count: number): LogEvent[] {
  return Array.from(
    { length: Math.min(count, events.length) },
    () => events[Math.floor(Math.random() * events.length)],
  ).filter((event) => event !== undefined)
}

function printed(event: LogEvent): string {
  const { timestamp, observed_at, level, service, hostname, message, raw, attributes } = event
  const time = timestamp === observed_at ? undefined : isoFromNanos(timestamp)
  return `  ${raw ?? message}\n  ${exactJson({ time, level, service, hostname, message, attributes })}`
}
