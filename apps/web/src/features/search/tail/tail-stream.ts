import { ErrorAnswer, TailGap, TailLogs, TailStats } from '@heartwood/api'
import { exactIntegers } from '@heartwood/event'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { type ApiError, apiErrorOfAnswer } from '../../../api/api-error.ts'

export interface TailListener {
  /** Connected; the first time, or again after the connection was lost. */
  onConnected(): void
  onLogs(logs: TailLogs['logs']): void
  onStats(stats: TailStats): void
  /** The connection is gone and is being made again, or the indexer is away: events may be missing. */
  onGap(reason: string): void
  /** The tail ends for good. */
  onRefused(error: ApiError): void
}

export interface TailOptions {
  readonly url: string
  readonly signal: AbortSignal
  /** Silence after which the connection counts as lost; the server says something every second. */
  readonly silenceMillis?: number
  /** Waits between attempts, the last one repeats. */
  readonly waitsMillis?: readonly number[]
}

/**
 * Follows `GET /api/v1/tail` (server-sent events: logs, stats, gap, error) and connects again when the connection is
 * lost, until `signal` aborts or the server refuses. EventSource would hide the reason of a refusal.
 */
export async function followTail(options: TailOptions, listener: TailListener): Promise<void> {
  const waits = options.waitsMillis ?? [500, 1_000, 2_000, 4_000, 8_000]
  let failures = 0
  while (!options.signal.aborted) {
    const outcome = await connectOnce(options, listener, () => {
      failures = 0
      listener.onConnected()
    })
    if (options.signal.aborted) return
    if (outcome.kind === 'refused') return listener.onRefused(outcome.error)
    listener.onGap(outcome.reason)
    await pause(waits[Math.min(failures++, waits.length - 1)] ?? 1_000, options.signal)
  }
}

type Outcome = { kind: 'lost'; reason: string } | { kind: 'refused'; error: ApiError }

async function connectOnce(
  options: TailOptions,
  listener: TailListener,
  connected: () => void,
): Promise<Outcome> {
  const silence = silenceTimer(options.silenceMillis ?? 15_000)
  try {
    const response = await fetch(options.url, {
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([options.signal, silence.signal]),
    })
    if (!response.ok || response.body === null) return await refusal(response)
    connected()
    return await readEvents(response.body, listener, silence.heard)
  } catch (error) {
    return { kind: 'lost', reason: error instanceof Error ? error.message : 'the connection was lost' }
  } finally {
    silence.stop()
  }
}

/** 4xx answers stay as they are however often they are asked; all others may pass. */
async function refusal(response: Response): Promise<Outcome> {
  const body: unknown = await response.json().catch(() => undefined)
  const error = apiErrorOfAnswer(body)
  const final = response.status >= 400 && response.status < 500 && response.status !== 429
  return final ? { kind: 'refused', error } : { kind: 'lost', reason: error.message }
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  listener: TailListener,
  heard: () => void,
): Promise<Outcome> {
  let refused: ApiError | undefined
  const received: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => void received.push(message) })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  const slices = timeSlices()
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    heard()
    parser.feed(decoder.decode(chunk.value, { stream: true }))
    for (const message of received.splice(0)) {
      refused = take(message, listener) ?? refused
      await slices.rest()
    }
  }
  if (refused === undefined || refused.transient)
    return { kind: 'lost', reason: refused?.message ?? 'the stream ended' }
  return { kind: 'refused', error: refused }
}

/** Hands an event on; gives the error that ends the tail, if it is one. */
function take({ event, data }: EventSourceMessage, listener: TailListener): ApiError | undefined {
  const payload = jsonOf(data)
  if (event === 'logs') withParsed(TailLogs.safeParse(payload), ({ logs }) => listener.onLogs(logs))
  else if (event === 'stats') withParsed(TailStats.safeParse(payload), listener.onStats)
  else if (event === 'gap') withParsed(TailGap.safeParse(payload), ({ reason }) => listener.onGap(reason))
  else if (event === 'error') {
    const answer = ErrorAnswer.safeParse(payload)
    return answer.success ? apiErrorOfAnswer(answer.data) : undefined
  }
  return undefined
}

/** Work that must not hold the page up: `rest` lets the browser in once this much time has gone by. */
const SLICE_MILLIS = 8

function timeSlices(): { rest(): Promise<void> } {
  let began = performance.now()
  return {
    async rest() {
      if (performance.now() - began < SLICE_MILLIS) return
      await new Promise((resolve) => setTimeout(resolve))
      began = performance.now()
    },
  }
}

function withParsed<T>(
  parsed: { success: true; data: T } | { success: false },
  use: (value: T) => void,
): void {
  if (parsed.success) use(parsed.data)
}

/** Integers past 2^53 keep their digits; undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text)
  } catch {
    return undefined
  }
}

function silenceTimer(millis: number): { signal: AbortSignal; heard(): void; stop(): void } {
  const controller = new AbortController()
  const abort = () => controller.abort(new Error('nothing came for a while'))
  let timer = setTimeout(abort, millis)
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer)
      timer = setTimeout(abort, millis)
    },
    stop: () => clearTimeout(timer),
  }
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, millis)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
