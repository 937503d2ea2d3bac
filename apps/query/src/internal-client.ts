import { ErrorAnswer } from '@heartwood/api'
import { AppError, type AppName, ERROR_CODES, type ErrorCode, INTERNAL_HEADER } from '@heartwood/runtime'

/** Calls another app of this installation on its loopback port. */
export interface InternalClient {
  readonly app: AppName
  /**
   * The answer, whatever its status. Throws `unavailable` when the app does not answer, or the reason of `signal`.
   */
  call(path: string, options: { signal: AbortSignal; body?: unknown }): Promise<Response>
}

export function internalClient(app: AppName, port: number, token: string): InternalClient {
  return {
    app,
    async call(path, { signal, body }) {
      try {
        return await fetch(`http://127.0.0.1:${port}${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            [INTERNAL_HEADER]: token,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          redirect: 'error',
          signal,
        })
      } catch (cause) {
        if (signal.aborted) throw signal.reason
        throw appDown(app, cause)
      }
    },
  }
}

export function appDown(app: AppName, cause?: unknown): AppError {
  return new AppError('unavailable', `The ${app} app does not answer; it may be starting.`, {
    cause,
    retryAfterSeconds: 2,
  })
}

/** The error another app answered, to be passed on with its own code. */
export async function passedOn(app: AppName, response: Response): Promise<AppError> {
  const text = await response.text().catch(() => '')
  const parsed = ErrorAnswer.safeParse(parseJson(text))
  if (parsed.success && isErrorCode(parsed.data.error.code)) {
    const { code, message, ...details } = parsed.data.error
    return new AppError(code, message, { details, ...retryAfterOf(response) })
  }
  return new AppError('unavailable', `The ${app} app answered with status ${response.status}.`, {
    cause: new Error(text.slice(0, 1000)),
  })
}

function retryAfterOf(response: Response): { retryAfterSeconds?: number } {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
