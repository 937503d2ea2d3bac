import { localUrl } from '@heartwood/access'
import { type AppName, INTERNAL_HEADER } from './app.ts'
import { AppError } from './errors.ts'
import { unhurriedFetch } from './unhurried-fetch.ts'

/** Calls another app of this installation. */
export interface InternalClient {
  readonly app: AppName
  /**
   * The answer, whatever its status. Throws `unavailable` when the app does not answer, or the reason of `signal`.
   */
  call(path: string, options: CallOptions): Promise<Response>
}

export interface CallOptions {
  readonly signal: AbortSignal
  /** Makes it a POST. */
  readonly body?: unknown
  /** The answer may take longer than a few minutes. */
  readonly unhurried?: boolean
}

/** @param host where the app listens, for one that listens for others too */
export function internalClient(
  app: AppName,
  port: number,
  token: string,
  host = '127.0.0.1',
): InternalClient {
  return clientAt(app, localUrl(host, port), token)
}

/** @param url of the one process that is asked, without a slash at the end */
export function clientAt(app: AppName, url: string, token: string): InternalClient {
  return {
    app,
    async call(path, { signal, body, unhurried = false }) {
      const request = {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          [INTERNAL_HEADER]: token,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal,
      } as const
      try {
        return unhurried
          ? await unhurriedFetch(url + path, request)
          : await fetch(url + path, { ...request, redirect: 'error' })
      } catch (cause) {
        if (signal.aborted) throw signal.reason
        throw appDown(app, cause)
      }
    },
  }
}

/**
 * Asks the first of several that can answer: one that is not there, is stopping or starting is passed over. What the apps
 * are asked does no more when it is done twice.
 */
export function anyClient(app: AppName, clients: () => readonly InternalClient[]): InternalClient {
  return {
    app,
    async call(path, options) {
      let last: { answer: Response } | { error: unknown } = { error: appDown(app) }
      for (const client of clients()) {
        if ('answer' in last) await last.answer.body?.cancel()
        try {
          const answer = await client.call(path, options)
          if (answer.status !== UNAVAILABLE) return answer
          last = { answer }
        } catch (error) {
          if (options.signal.aborted) throw error
          last = { error }
        }
      }
      if ('answer' in last) return last.answer
      throw last.error
    },
  }
}

const UNAVAILABLE = 503

export function appDown(app: AppName, cause?: unknown): AppError {
  return new AppError('unavailable', `The ${app} app does not answer; it may be starting.`, {
    cause,
    retryAfterSeconds: 2,
  })
}
