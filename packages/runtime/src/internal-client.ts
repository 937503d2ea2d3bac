import { localUrl } from '@heartwood/access'
import { type AppName, INTERNAL_HEADER } from './app.ts'
import { AppError } from './errors.ts'

/** Calls another app of this installation on its port. */
export interface InternalClient {
  readonly app: AppName
  /**
   * The answer, whatever its status. Throws `unavailable` when the app does not answer, or the reason of `signal`.
   */
  call(path: string, options: { signal: AbortSignal; body?: unknown }): Promise<Response>
}

/** @param host where the app listens, for one that listens for others too */
export function internalClient(
  app: AppName,
  port: number,
  token: string,
  host = '127.0.0.1',
): InternalClient {
  const url = localUrl(host, port)
  return {
    app,
    async call(path, { signal, body }) {
      try {
        return await fetch(url + path, {
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
