import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkAccess } from '@heartwood/access'
import { ACTOR_HEADER, actorHeader } from '@heartwood/audit'
import { type App, AppError, isInternal, REPORT_PATH, reasonsOf, reportOf } from '@heartwood/runtime'
import type { AccessAudit } from './access-audit.ts'
import { actorOfRequest } from './actor.ts'
import { redirect, sendError, sendJson, sendText } from './answers.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { answerSignIn, answerSignOut } from './sign-in.ts'

export interface SiteOptions {
  readonly app: Pick<App, 'access' | 'internalToken' | 'log' | 'metrics' | 'notReady' | 'stopping'>
  readonly audit: AccessAudit
  readonly dev: boolean
  readonly api: (request: IncomingMessage, response: ServerResponse) => void
  /** Takes logs that someone drops on the page. */
  readonly ingest: (request: IncomingMessage, response: ServerResponse) => void
  readonly pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** The whole public port: who may come in, then health, sign-in, API and ingest behind their proxies, and the pages. */
export function serveSite(
  options: SiteOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    route(options, request, response).catch((error: unknown) => {
      options.app.log.error({ err: error, url: request.url }, 'a request failed')
      if (response.headersSent) return void response.destroy()
      sendError(
        request,
        response,
        new AppError('internal', 'Something went wrong; the log has it.', { cause: error }),
      )
    })
  }
}

async function route(
  options: SiteOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { app, audit } = options
  const path = request.url?.split('?', 1)[0] ?? '/'
  const nonce = randomBytes(16).toString('base64url')
  const csp = addSecurityHeaders(response, { nonce, dev: options.dev })

  if (path === '/healthz') return sendJson(response, 200, { status: 'ok', app: 'web' })
  if (path === '/readyz') return answerReady(app, response)
  if (path === REPORT_PATH && isInternal(app, request.headers))
    return sendJson(response, 200, await reportOf(app))

  const access = checkAccess(
    app.access,
    { method: request.method ?? 'GET', headers: request.headers },
    new Date(),
  )
  if (path === '/sign-in' && (access.ok || access.code === 'unauthenticated')) {
    return answerSignIn(request, response, { token: app.access.token, signedIn: access.ok }, audit)
  }
  if (!access.ok) {
    audit.refused(request, access.code)
    if (access.code === 'unauthenticated' && wantsPage(request, path)) {
      return redirect(response, `/sign-in?next=${encodeURIComponent(request.url ?? '/')}`)
    }
    return sendError(request, response, new AppError(access.code, access.reason))
  }
  const actor = () => actorOfRequest(request, access.by, app.access.token)
  if (path === '/sign-out') return answerSignOut(request, response, () => audit.signedOut(actor()))
  if (path === '/metrics')
    return sendText(response, 200, app.metrics.contentType, await app.metrics.metrics())
  if (path.startsWith('/api/')) {
    // In the place of what a client may have sent under this name.
    request.headers[ACTOR_HEADER] = actorHeader(actor())
    return options.api(request, response)
  }
  if (path === '/ingest') return options.ingest(request, response)

  // Next takes the nonce for its own inline scripts from this request header.
  request.headers['content-security-policy'] = csp
  await options.pages(request, response)
}

function answerReady(app: SiteOptions['app'], response: ServerResponse): void {
  const reasons = reasonsOf(app)
  const ready = Object.keys(reasons).length === 0
  sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', app: 'web', reasons })
}

function wantsPage(request: IncomingMessage, path: string): boolean {
  return (
    request.method === 'GET' &&
    !path.startsWith('/api/') &&
    (request.headers.accept ?? '').includes('text/html')
  )
}
