import { setTimeout as pause } from 'node:timers/promises'
import { SearchOutput, TailLogs } from '@heartwood/api'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { getText } from './get-text.ts'
import { type Single, sendSingles, single } from './singles.ts'
import type { Target } from './target.ts'

export interface Freshness {
  /** From the 2xx until a search finds the line, milliseconds. */
  readonly searchable: readonly number[]
  /** From the 2xx until a tail shows it; 0 where the tail was first. */
  readonly tail: readonly number[]
  readonly sent: readonly Single[]
  readonly problems: readonly string[]
}

type Watched = Pick<Target, 'send' | 'webUrl'>

const MARKER_SERVICE = 'bench-marker'
/** Between two markers, on average. */
const APART_MILLIS = 75
const POLL_MILLIS = 5
/** As many as one search can show. */
const MOST_MARKERS = 1_000
/** A slow engine is a slow figure; only a line that never comes is a problem. */
const GIVE_UP_MILLIS = 180_000

/** A marked line by its message. */
interface Marker {
  readonly single: Single
  acceptedAt: number | undefined
  foundAt: number | undefined
  shownAt: number | undefined
}

/**
 * Sends marked lines until `signal`, by the clock and not one after the answer of another, and looks for them by search and
 * in a live tail until all are found. A search asks for those that are still missing, and the next begins after it, so a
 * figure is up to one search too large.
 */
export async function measureFreshness(subject: Watched, signal: AbortSignal): Promise<Freshness> {
  const markers = new Map<string, Marker>()
  const closing = new AbortController()
  const tailing = showTail(await openTail(subject, closing.signal), markers, closing.signal)
  let deadline = Number.POSITIVE_INFINITY
  const sending = sendMarkers(subject, markers, signal).finally(() => {
    deadline = performance.now() + GIVE_UP_MILLIS
  })
  // What fails of these is thrown where it is waited for, which may be later.
  for (const waited of [tailing, sending]) waited.catch(() => undefined)
  const all = () => [...markers.values()]
  const isMissing = () => all().some(({ foundAt, shownAt }) => foundAt === undefined || shownAt === undefined)
  while (!signal.aborted || (isMissing() && performance.now() < deadline)) {
    await lookFor(
      subject,
      all().filter(({ foundAt }) => foundAt === undefined),
      markers,
    )
    await pause(POLL_MILLIS)
  }
  await sending
  closing.abort()
  await tailing
  return {
    searchable: waits(all(), ({ foundAt }) => foundAt),
    tail: waits(all(), ({ shownAt }) => shownAt),
    sent: all().map((marker) => marker.single),
    problems: [
      ...lost(all(), ({ foundAt }) => foundAt, 'found by a search'),
      ...lost(all(), ({ shownAt }) => shownAt, 'shown in a tail'),
    ],
  }
}

function waits(markers: readonly Marker[], seen: (marker: Marker) => number | undefined): number[] {
  return markers.flatMap((marker) => {
    const at = seen(marker)
    return at === undefined || marker.acceptedAt === undefined ? [] : [Math.max(0, at - marker.acceptedAt)]
  })
}

function lost(
  markers: readonly Marker[],
  seen: (marker: Marker) => number | undefined,
  what: string,
): string[] {
  const count = markers.filter((marker) => seen(marker) === undefined).length
  return count === 0 ? [] : [`${count} of ${markers.length} marked lines were not ${what}`]
}

/** Notes when each was accepted; a refused one is an error. */
async function sendMarkers(
  subject: Watched,
  markers: Map<string, Marker>,
  signal: AbortSignal,
): Promise<void> {
  const underway: Promise<void>[] = []
  const begun = performance.now()
  for (let n = 0; !signal.aborted && n < MOST_MARKERS; n++) {
    const message = `marker${process.pid}x${n}`
    const one = single(message, Date.now() * 1_000, MARKER_SERVICE)
    const marker: Marker = { single: one, acceptedAt: undefined, foundAt: undefined, shownAt: undefined }
    markers.set(message, marker)
    underway.push(
      sendSingles(subject, [one]).then(() => {
        marker.acceptedAt = performance.now()
      }),
    )
    const next = begun + (n + 0.5 + Math.random()) * APART_MILLIS
    await pause(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => undefined)
  }
  await Promise.all(underway)
}

/** Notes which of the missing markers a search finds. */
async function lookFor(
  subject: Watched,
  missing: readonly Marker[],
  markers: ReadonlyMap<string, Marker>,
): Promise<void> {
  const oldest = missing[0]
  if (oldest === undefined) return
  const parameters = new URLSearchParams({
    service: MARKER_SERVICE,
    from_time: new Date(oldest.single.micros / 1_000).toISOString(),
    to_time: 'now',
    limit: String(MOST_MARKERS),
    total: 'none',
  })
  const { ok, status, text } = await getText(`${subject.webUrl}/api/v1/search?${parameters}`)
  if (!ok) throw new Error(`a search for markers answered ${status}: ${text}`)
  const { logs } = SearchOutput.parse(JSON.parse(text))
  const now = performance.now()
  for (const { message } of logs) {
    const marker = markers.get(message)
    if (marker !== undefined) marker.foundAt ??= now
  }
}

/** Resolves when the tail is open: what is accepted from then on must be shown. */
async function openTail(subject: Watched, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const answer = await fetch(`${subject.webUrl}/api/v1/tail?query=service:${MARKER_SERVICE}`, { signal })
  if (!answer.ok || answer.body === null) throw new Error(`the tail answered ${answer.status}`)
  return answer.body
}

async function showTail(
  bytes: ReadableStream<Uint8Array>,
  markers: ReadonlyMap<string, Marker>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const messages = bytes.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
    for await (const { event, data } of messages) {
      const now = performance.now()
      if (event !== 'logs') continue
      for (const { message } of TailLogs.parse(JSON.parse(data)).logs) {
        const marker = markers.get(message)
        if (marker !== undefined) marker.shownAt ??= now
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
