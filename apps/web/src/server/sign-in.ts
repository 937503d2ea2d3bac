import type { IncomingMessage, ServerResponse } from 'node:http'
import { makeSession, SESSION_COOKIE, sameToken } from '@heartwood/access'
import { AppError } from '@heartwood/runtime'
import type { AccessAudit } from './access-audit.ts'
import { redirect, sendError, sendText } from './answers.ts'
import { signInPage } from './sign-in-page.ts'

const HTML = 'text/html; charset=utf-8'
const MAX_FORM_BYTES = 8_192

/** GET shows the form, POST checks the token, sets the session cookie and goes on to `next`. */
export async function answerSignIn(
  request: IncomingMessage,
  response: ServerResponse,
  access: { token: string | undefined; signedIn: boolean },
  audit: AccessAudit,
): Promise<void> {
  const next = localPath(new URL(request.url ?? '/', 'http://page.invalid').searchParams.get('next'))
  const { token } = access
  if (token === undefined || (access.signedIn && request.method === 'GET')) return redirect(response, next)
  if (request.method === 'GET') return sendText(response, 200, HTML, signInPage({ next }))
  if (request.method !== 'POST') {
    return sendError(request, response, new AppError('method_not_allowed', 'Sign in with GET or POST.'))
  }
  const form = await readForm(request)
  if (form === undefined) {
    return sendError(request, response, new AppError('body_too_large', 'That is no sign-in form.'))
  }
  if (!sameToken((form.get('token') ?? '').trim(), token)) {
    audit.signInFailed(request)
    return sendText(
      response,
      401,
      HTML,
      signInPage({ next, error: 'That is not the access token of this server.' }),
    )
  }
  await audit.signedIn(request, token)
  const session = makeSession(token, new Date())
  redirect(response, next, { 'set-cookie': cookie(request, session.value, session.maxAgeSeconds) })
}

export async function answerSignOut(
  request: IncomingMessage,
  response: ServerResponse,
  onSignOut: () => Promise<void>,
): Promise<void> {
  if (request.method === 'POST') {
    await onSignOut()
    redirect(response, '/sign-in', { 'set-cookie': cookie(request, '', 0) })
  } else {
    sendError(request, response, new AppError('method_not_allowed', 'Sign out with POST.'))
  }
}

function cookie(request: IncomingMessage, value: string, maxAgeSeconds: number): string {
  const secure = request.headers['x-forwarded-proto'] === 'https' ? '; Secure' : ''
  return `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`
}

/** Only a path of this site; `//host` and `/\host` would leave it. */
export function localPath(given: string | null): string {
  return given !== null &&
    /^\/(?![/\\])/.test(given) &&
    !/[\r\n\t]/.test(given) &&
    !given.startsWith('/sign-')
    ? given
    : '/'
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const part: Buffer = Buffer.from(chunk)
    bytes += part.length
    if (bytes > MAX_FORM_BYTES) return undefined
    chunks.push(part)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}
