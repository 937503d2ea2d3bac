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
/** A slow engine is a slow figure; only a line that never comes is a problem. */
const GIVE_UP_MILLIS = 180_000

/** Sends one marked line after the other until `signal`, and looks for each by search and in a live tail. */
export async function measureFreshness(subject: Subject, signal: AbortSignal): Promise<Freshness> {
  const shown = new Map<string, number>()
  const searchable: number[] = []
  const accepted = new Map<string, number>()
  const problems: string[] = []
  const closing = new AbortController()
  const tailing = showTail(await openTail(subject, closing.signal), shown, closing.signal)
  for (let n = 0; !signal.aborted; n++) {
    const marker = `marker${process.pid}x${n}`
    await subject.send([
      { '@timestamp': new Date().toISOString(), level: 'info', service: MARKER_SERVICE, message: marker },
    ])
    const at = performance.now()
    accepted.set(marker, at)
    if (await found(subject, marker)) searchable.push(performance.now() - at)
    else problems.push(`${marker} was not found for ${GIVE_UP_MILLIS / 1_000} s`)
    await pause(20 + Math.random() * 180)
  }
  closing.abort()
  await tailing
  const tail = [...accepted].flatMap(([marker, at]) => {
    const seen = shown.get(marker)
    if (seen === undefined) problems.push(`the tail did not show ${marker}`)
    return seen === undefined ? [] : [Math.max(0, seen - at)]
  })
  return { searchable, tail, sent: accepted.size, problems }
}

async function found(subject: Subject, marker: string): Promise<boolean> {
  const parameters = new URLSearchParams({
    query: marker,
    service: MARKER_SERVICE,
    from_time: 'now-1m',
    to_time: 'now',
    limit: '1',
    total: 'none',
  })
  const deadline = performance.now() + GIVE_UP_MILLIS
  while (performance.now() < deadline) {
    const answer = await fetch(`${subject.webUrl}/api/v1/search?${parameters}`)
    if (answer.ok && SearchOutput.parse(await answer.json()).logs.length > 0) return true
    await pause(POLL_MILLIS)
  }
  return false
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
