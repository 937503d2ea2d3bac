import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { accessPolicy } from '@heartwood/access'
import { ErrorAnswer, type QuestionService } from '@heartwood/api'
import { type MemoryTrail, memoryTrail } from '@heartwood/audit'
import { EventBatchBuilder, type LogEvent, NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import { type Append, type LogReader, type LogWriter, memoryLogStore } from '@heartwood/log-store'
import { type App, INTERNAL_HEADER, internalClient, type Stopper } from '@heartwood/runtime'
import { readSettings } from '@heartwood/settings'
import fastify from 'fastify'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { type OnLoopback, onLoopback } from '../../../scripts/stack/on-loopback.ts'
import type { SendReplay } from '../src/dead-letters/replay-client.ts'
import { Replays } from '../src/dead-letters/replays.ts'
import { VERSION } from '../src/openapi-document.ts'
import { queryServer } from '../src/query-server.ts'
import { type QuestionLimits, questionService } from '../src/questions/question-service.ts'
import { addRestRoutes } from '../src/rest/rest-routes.ts'
import { savedSearchesOf } from '../src/saved-searches/repository.ts'
import { savedSearchQuestions } from '../src/saved-searches/saved-searches.ts'
import type { SystemSources } from '../src/system/system-question.ts'
import type { TailPace } from '../src/tail/tail-frames.ts'
import { type TailedIndexer, type TailService, tailService } from '../src/tail/tail-service.ts'
import { NOW } from './events.ts'

export const TOKEN = 'internal-token-of-the-tests'

/** The query app on a free port with a store, an indexer and an alerter that the test plays. */
export interface TestApp extends AsyncDisposable {
  readonly url: string
  /** What the app takes for now. */
  readonly clock: { now: Nanos }
  /** Appends to the store as the indexer does. */
  append(
    events: readonly LogEvent[],
    more?: Partial<Pick<Append, 'batches' | 'deadLetters' | 'replayed'>>,
  ): Promise<void>
  /** What was audited. */
  readonly audit: MemoryTrail
  /** As `append`, to the store of audit events. */
  readonly appendAudit: TestApp['append']
  /** `METHOD /path` of every REST route that is registered. */
  readonly routes: string[]
  /** Lines the app logged. */
  readonly logged: Record<string, unknown>[]
  readonly stopping: AbortController
  get(path: string, init?: RequestInit): Promise<Response>
}

export interface TestAppOptions {
  /** Instead of the reader of a store in memory. */
  readonly store?: LogReader
  /** Instead of the reader of a store of audit events in memory. */
  readonly auditReader?: () => Promise<LogReader>
  /** Answers of a test instead of the reader's own. */
  readonly reader?: () => Partial<LogReader>
  readonly indexer?: Handler
  /** Instead of `indexer`: a port that something may listen on, or not. */
  readonly indexerPort?: number
  readonly alerter?: Handler
  /** Without it there is no demo. */
  readonly demo?: Handler
  readonly limits?: QuestionLimits
  /** Takes replays in the place of ingest. */
  readonly send?: SendReplay
  /** Several indexers, as a cluster has them: instead of the one. */
  readonly indexers?: () => readonly TailedIndexer[]
  readonly pace?: Partial<TailPace>
  readonly maxTails?: number
  /** Answers of the apps, and what else the system says. */
  readonly system?: Partial<Omit<SystemSources, 'reader' | 'version' | 'questions' | 'now'>>
  /** Without it saved searches are unavailable. */
  readonly databaseUrl?: string
}
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
) => void | Promise<void>

export async function startQuery(options: TestAppOptions = {}): Promise<TestApp> {
  const clock = { now: NOW }
  const memory = memoryLogStore({ now: () => clock.now })
  const audit = memoryTrail()
  const audited = memoryLogStore({ now: () => clock.now })
  const logged: Record<string, unknown>[] = []
  const stopping = new AbortController()
  const parts: (() => Promise<void> | void)[] = []
  const app = testApp(logged, stopping, parts)
  const indexer = await otherApp(options.indexer)
  const alerter = await otherApp(options.alerter)
  const demo = await otherApp(options.demo)
  const indexerPort = options.indexerPort ?? indexer.port
  const oneIndexer = [{ url: 'the indexer', client: internalClient('indexer', indexerPort, TOKEN) }]
  const tails = tailService({
    indexers: options.indexers ?? (() => oneIndexer),
    mayRepeat: options.indexers !== undefined,
    pace: { heartbeatMillis: 50, silenceMillis: 500, retryMillis: 20, lookMillis: 20, ...options.pace },
    maxTails: options.maxTails ?? 10,
    stopping: stopping.signal,
  })
  const reader = withAnswers(options.store ?? memory.openReader(), options.reader?.() ?? {})
  const replays = new Replays({
    reader,
    send: options.send ?? (async () => undefined),
    newId: () => 'replay-1',
    stopping: stopping.signal,
  })
  const stopper = app.stopping
  const questions = questionService({
    reader,
    auditReader: options.auditReader ?? (async () => audited.openReader()),
    replays,
    savedSearches: savedSearchQuestions({
      repository: savedSearchesOf(options.databaseUrl, stopper),
      owner: 'owner',
      newId: randomUUID,
      now: () => Number(clock.now / NANOS_PER_MILLI),
    }),
    indexer: internalClient('indexer', indexerPort, TOKEN),
    indexers: () => (options.indexers?.() ?? oneIndexer).map(({ client }) => client),
    alerter: internalClient('alerter', alerter.port, TOKEN),
    demo: options.demo === undefined ? undefined : internalClient('demo', demo.port, TOKEN),
    system: {
      apps: () => [],
      supervisorBytes: async () => null,
      postgresBytes: async () => null,
      disk: async () => undefined,
      limits: { retentionDays: 30, hotDays: null, maxBytes: 10e9 },
      tails: tails.count,
      ...options.system,
    },
    version: VERSION,
    needsToken: false,
    ingestUrl: async () => 'http://127.0.0.1:4318',
    now: () => clock.now,
    limits: options.limits ?? { questionMillis: 5_000, streamMillis: 5_000, deleteMillis: 5_000 },
  })
  const { listen } = queryServer(app, { port: 0, questions, tails, audit })
  const url = `http://127.0.0.1:${await listen()}`
  return {
    url,
    clock,
    append: appender(memory.openWriter()),
    audit,
    appendAudit: appender(audited.openWriter()),
    routes: routesOf(questions, tails),
    logged,
    stopping,
    get: (path, init) =>
      fetch(url + path, { ...init, headers: { [INTERNAL_HEADER]: TOKEN, ...init?.headers } }),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      for (const stop of parts.reverse()) await stop()
      await indexer[Symbol.asyncDispose]()
      await alerter[Symbol.asyncDispose]()
      await demo[Symbol.asyncDispose]()
    },
  }
}

/** Appends batch after batch to one partition. */
export function appender(writer: LogWriter): TestApp['append'] {
  let position: bigint | null = null
  return async (events, more) => {
    const builder = new EventBatchBuilder()
    for (const event of events) builder.add(event)
    const from = position
    position = (from ?? 0n) + 1n
    const append = {
      partition: 0,
      from,
      to: position,
      events: builder.finish(),
      batches: [],
      deadLetters: [],
    }
    await writer.append({ ...append, ...more })
  }
}

/** The reader with some of its answers replaced. */
function withAnswers(reader: LogReader, answers: Partial<LogReader>): LogReader {
  return new Proxy(reader, {
    get(target, key) {
      const member: unknown = Reflect.get(answers, key) ?? Reflect.get(target, key)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

function routesOf(questions: QuestionService, tails: TailService): string[] {
  const routes: string[] = []
  const server = fastify()
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url}`)
  })
  addRestRoutes(server, questions, tails)
  return routes
}

function testApp(
  logged: Record<string, unknown>[],
  stopping: AbortController,
  parts: (() => Promise<void> | void)[],
): App {
  const result = readSettings({})
  const access = accessPolicy({ host: '127.0.0.1', token: undefined, allowedHosts: '' })
  if (!result.ok || !access.ok) throw new Error('the default settings are valid')
  const stopper: Stopper = {
    get stopping() {
      return stopping.signal.aborted
    },
    signal: stopping.signal,
    add: (_what, stop) => void parts.push(stop),
    stop: async () => stopping.abort(),
  }
  return {
    name: 'query',
    settings: result.settings,
    internalToken: TOKEN,
    access: access.policy,
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    metrics: new Registry(),
    notReady: new Map(),
    stopping: stopper,
  }
}

/** Another app of the installation on a free port; without a handler, a port where nothing answers. */
export async function otherApp(
  handler: Handler | undefined,
  port = 0,
): Promise<OnLoopback & { readonly server: Server }> {
  const server = createServer((request, response) => {
    if (request.headers[INTERNAL_HEADER] !== TOKEN) return void response.writeHead(401).end()
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => handler?.(request, response, body))
  })
  const listening = await onLoopback(server, port)
  if (handler === undefined) await listening[Symbol.asyncDispose]()
  return { ...listening, server }
}

/** The error of an answer, which must have the shape every error has. */
export async function errorOf(response: Response): Promise<ErrorAnswer['error']> {
  return ErrorAnswer.parse(await response.json()).error
}
