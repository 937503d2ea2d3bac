import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type AccessPolicy, accessPolicy, checkAccess, sameToken } from '@heartwood/access'
import { modeOf, readSettings, type Settings } from '@heartwood/settings'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { appLog } from './app-log.ts'
import { REPORT_PATH, reasonsOf, reportOf } from './app-report.ts'
import { AppError, errorBody } from './errors.ts'
import { type Stopper, stopper } from './stop.ts'

export type AppName = 'ingest' | 'indexer' | 'query' | 'alerter' | 'archiver' | 'web' | 'demo'

/** What every app process has. */
export interface App {
  readonly name: AppName
  readonly settings: Settings
  /** Shown by the apps to each other in `x-heartwood-internal`; of one start, or of a whole cluster. */
  readonly internalToken: string
  readonly access: AccessPolicy
  readonly log: Logger
  /** Prometheus registry behind /metrics. */
  readonly metrics: Registry
  /** Why /readyz is not 200 yet; empty when ready. */
  readonly notReady: Map<string, string>
  /** What an operator should know although the app does its work; /readyz shows it beside its 200. */
  readonly warnings?: Map<string, string>
  readonly stopping: Stopper
}

export const INTERNAL_HEADER = 'x-heartwood-internal'

/**
 * Reads the settings, makes log and metrics, and ends the process in order on SIGTERM, SIGINT or when the
 * supervisor is gone. A wrong setting is one sentence and exit code 1.
 */
export function startApp(name: AppName, env: NodeJS.ProcessEnv): App {
  // Logs hold what only their owner should read: files and folders that an app makes are for this user alone.
  process.umask(0o077)
  const result = readSettings(env)
  if (!result.ok) return refuse(result.errors)
  const { settings } = result
  const { HEARTWOOD_INTERNAL_TOKEN: internalToken } = settings
  if (modeOf(settings) === 'cluster') {
    const missing = (['HEARTWOOD_INTERNAL_TOKEN', 'DATABASE_URL'] as const).filter(
      (setting) => settings[setting] === undefined,
    )
    if (missing.length > 0) return refuse([`${name} in a cluster needs ${missing.join(' and ')}.`])
  }
  if (internalToken === undefined) return refuse([`${name} is started by "heartwood start", not alone.`])
  const access = accessPolicy({
    host: settings.HEARTWOOD_HOST,
    token: settings.HEARTWOOD_ACCESS_TOKEN,
    allowedHosts: settings.HEARTWOOD_ALLOWED_HOSTS,
  })
  if (!access.ok) return refuse([access.reason])

  const log = appLog(name, settings, { isAlone: process.send === undefined })
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  const stopping = stopper(log, settings.HEARTWOOD_STOP_SECONDS)
  return {
    name,
    settings,
    internalToken,
    access: access.policy,
    log,
    metrics,
    notReady: new Map([['start', 'is starting']]),
    warnings: new Map(),
    stopping,
  }
}

function refuse(reasons: readonly string[]): never {
  for (const reason of reasons) process.stderr.write(`${reason}\n`)
  process.exit(1)
}

/** Room for the address of a request and its headers; the public port of the page takes as much. */
export const MAX_HEADER_BYTES = 64 * 1024

export interface HttpOptions {
  readonly host: string
  readonly port: number
  /** `public`: Host, Origin and token are checked. `internal`: only apps that know the internal token. */
  readonly audience: 'public' | 'internal'
  /** Turns an error into the answer's body where a protocol has its own shape; undefined: the usual body. */
  readonly errorAnswer?: (request: FastifyRequest, error: AppError, reply: FastifyReply) => unknown
  /** How long a client may take to send its whole request, milliseconds. 0: no limit. */
  readonly requestTimeout?: number
}

/**
 * A Fastify server with /healthz, /readyz and /metrics, the access rules, and every error as `{error: {code, message}}`.
 * Register routes, then `await listen()`. It closes itself when the app stops, in reverse order of creation.
 */
export function httpServer(
  app: App,
  options: HttpOptions,
): { server: FastifyInstance; listen(): Promise<number> } {
  const loggerInstance: FastifyBaseLogger = app.log.child(
    {},
    { level: app.log.isLevelEnabled('debug') ? 'debug' : 'warn' },
  )
  const server = fastify({
    loggerInstance,
    genReqId: requestIds(),
    // A question is in its address: as long as the web app takes it, since what it cannot hand on looks like an outage.
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    requestTimeout: options.requestTimeout ?? 60_000,
    keepAliveTimeout: 75_000,
    routerOptions: { maxParamLength: 2_000, ignoreTrailingSlash: true },
    exposeHeadRoutes: false,
    // A broken address (`/%zz`) never reaches a route, nor the error handler below.
    frameworkErrors: (error, request, reply) => answerError(app, options, error, request, reply),
  })
  addHealth(app, server)
  // Hooks without promises: they run for every request of every app.
  server.addHook('onRequest', (request, _reply, done) => done(refusal(() => admit(app, options, request))))
  server.setErrorHandler((error, request, reply) => answerError(app, options, error, request, reply))
  return {
    server,
    async listen() {
      await server.listen({ host: options.host, port: options.port })
      app.stopping.add(`${app.name} http`, async () => {
        setTimeout(() => server.server.closeAllConnections(), 2_000).unref()
        await server.close()
      })
      const address = server.server.address()
      return typeof address === 'object' && address !== null ? address.port : options.port
    },
  }
}

const HEALTH_PATHS = new Set(['/healthz', '/readyz', '/metrics'])

function addHealth(app: App, server: FastifyInstance): void {
  server.get('/healthz', async () => ({ status: 'ok', app: app.name }))
  server.get('/readyz', async (_request, reply) => {
    const reasons = reasonsOf(app)
    const ready = Object.keys(reasons).length === 0
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not ready',
      app: app.name,
      reasons,
      ...(app.warnings?.size && { warnings: Object.fromEntries(app.warnings) }),
    })
  })
  server.get('/metrics', async (_request, reply) =>
    reply.type(app.metrics.contentType).send(await app.metrics.metrics()),
  )
  server.get(REPORT_PATH, () => reportOf(app))
}

/** Ids for the log, unique among all starts of all apps: a random part, and the number of the request. */
function requestIds(): () => string {
  const start = randomUUID()
  let requests = 0
  return () => `${start}-${++requests}`
}

/** What the check throws, for a hook to pass on. */
function refusal(check: () => void): Error | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Throws the AppError that refuses the request; the health paths of internal servers are open on loopback. */
function admit(app: App, options: HttpOptions, request: FastifyRequest): void {
  const path = request.url.split('?', 1)[0] ?? ''
  if (options.audience === 'internal' || path === REPORT_PATH) {
    if (HEALTH_PATHS.has(path) || isInternal(app, request.headers)) return
    throw new AppError(
      'unauthenticated',
      `The ${app.name} app only answers the other apps; ask the web port.`,
    )
  }
  if (path === '/healthz' || path === '/readyz') return
  // The other apps of a cluster reach us under an address that is in nobody's list of host names.
  if (isInternal(app, request.headers)) return
  const result = checkAccess(app.access, request, new Date())
  if (!result.ok) throw new AppError(result.code, result.reason)
}

/** Whether a request shows that it comes from another app of this installation. */
export function isInternal(app: Pick<App, 'internalToken'>, headers: IncomingHttpHeaders): boolean {
  const shown = headers[INTERNAL_HEADER]
  return typeof shown === 'string' && sameToken(shown, app.internalToken)
}

/** Any thrown value as the AppError that goes to the client; what is not one is `internal` and goes to the log whole. */
export function toAppError(error: unknown, requestId: string): AppError {
  if (error instanceof AppError) return error
  const status = isHttpError(error) ? error.statusCode : 500
  if (status === 413) return new AppError('body_too_large', 'The body is too large.', { cause: error })
  if (status === 404) return new AppError('unknown_path', 'No such path.', { cause: error })
  if (status >= 400 && status < 500) {
    return new AppError(
      'invalid_parameter',
      isHttpError(error) ? error.message : 'The request is not valid.',
      { cause: error },
    )
  }
  return new AppError('internal', `Something went wrong; the log has it under request ${requestId}.`, {
    cause: error,
  })
}

function isHttpError(error: unknown): error is { statusCode: number; message: string } {
  return (
    typeof error === 'object' &&
    error !== null &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    'message' in error
  )
}

function answerError(
  app: App,
  options: HttpOptions,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = toAppError(error, request.id)
  if (known.status >= 500 && known.code !== 'disk_full' && known.code !== 'unavailable') {
    app.log.error({ err: known.cause ?? known, request: request.id, url: request.url }, known.message)
  }
  if (known.retryAfterSeconds !== undefined)
    reply.header('retry-after', String(Math.max(1, Math.ceil(known.retryAfterSeconds))))
  if (known.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="heartwood"')
  return reply.code(known.status).send(options.errorAnswer?.(request, known, reply) ?? errorBody(known))
}
