import { setTimeout as pause } from 'node:timers/promises'
import { SearchOutput, TailLogs } from '@heartwood/api'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { Subject } from './subject.ts'

export interface Freshness {
  /** From the 2xx until a search finds the line, milliseconds. */
  readonly searchable: readonly number[]
  /** From the 2xx until a tail shows it; 0 where the tail was first. */
  readonly tail: readonly number[]
  readonly sent: number
  readonly problems: readonly string[]
}

export const MARKER_SERVICE = 'bench-marker'
const POLL_MILLIS = 10
/** As many as one search can show. */
const MOST_MARKERS = 1_000
/** A slow engine is a slow figure; only a line that never comes is a problem. */
const GIVE_UP_MILLIS = 180_000

/**
 * Sends marked lines, one every tenth of a second or so, until `signal`, and looks for them by search and in a live tail
 * until all are found. A search takes its time and the next begins after it, so a figure is up to one search too large.
 */
export async function measureFreshness(subject: Subject, signal: AbortSignal): Promise<Freshness> {
  const accepted = new Map<string, number>()
  const found = new Map<string, number>()
  const shown = new Map<string, number>()
  const closing = new AbortController()
  const since = new Date(Date.now() - 60_000).toISOString()
  const tailing = showTail(await openTail(subject, closing.signal), shown, closing.signal)
  const sending = sendMarkers(subject, accepted, signal)
  let deadline = Number.POSITIVE_INFINITY
  void sending.finally(() => {
    deadline = performance.now() + GIVE_UP_MILLIS
  })
  const missing = () => found.size < accepted.size || shown.size < accepted.size
  while (!signal.aborted || (missing() && performance.now() < deadline)) {
    await lookFor(subject, since, found)
    await pause(POLL_MILLIS)
  }
  await sending
  closing.abort()
  await tailing
  const since2xx = (seen: ReadonlyMap<string, number>) =>
    [...accepted].map(([marker, at]) => Math.max(0, (seen.get(marker) ?? Number.NaN) - at))
  const [searchable, tail] = [since2xx(found), since2xx(shown)]
  const lost = (samples: readonly number[], what: string) => {
    const count = samples.filter(Number.isNaN).length
    return count === 0 ? [] : [`${count} marked lines were not ${what}`]
  }
  return {
    searchable: searchable.filter((sample) => !Number.isNaN(sample)),
    tail: tail.filter((sample) => !Number.isNaN(sample)),
    sent: accepted.size,
    problems: [...lost(searchable, 'found'), ...lost(tail, 'shown')],
  }
}

/** Notes when each was accepted. */
async function sendMarkers(
  subject: Subject,
  accepted: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  for (let n = 0; !signal.aborted && n < MOST_MARKERS; n++) {
    const marker = `marker${process.pid}x${n}`
    const now = new Date().toISOString()
    await subject.send([{ '@timestamp': now, level: 'info', service: MARKER_SERVICE, message: marker }])
    accepted.set(marker, performance.now())
    await pause(50 + Math.random() * 100)
  }
}

/** Notes which markers a search finds that none found before. */
async function lookFor(subject: Subject, since: string, found: Map<string, number>): Promise<void> {
  const parameters = new URLSearchParams({
    service: MARKER_SERVICE,
    from_time: since,
    to_time: 'now',
    limit: String(MOST_MARKERS),
    total: 'none',
  })
  const answer = await fetch(`${subject.webUrl}/api/v1/search?${parameters}`)
  if (!answer.ok) return
  const { logs } = SearchOutput.parse(await answer.json())
  const now = performance.now()
  for (const { message } of logs) if (!found.has(message)) found.set(message, now)
}

/** Resolves when the tail is open: what is accepted from then on must be shown. */
async function openTail(subject: Subject, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const answer = await fetch(`${subject.webUrl}/api/v1/tail?query=service:${MARKER_SERVICE}`, { signal })
  if (!answer.ok || answer.body === null) throw new Error(`the tail answered ${answer.status}`)
  return answer.body
}

async function showTail(
  bytes: ReadableStream<Uint8Array>,
  shown: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const messages = bytes.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
    for await (const { event, data } of messages) {
      const now = performance.now()
      if (event === 'logs')
        for (const { message } of TailLogs.parse(JSON.parse(data)).logs) shown.set(message, now)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
