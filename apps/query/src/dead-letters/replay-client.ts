import type { DeadLetter } from '@heartwood/event'
import { appDown, INTERNAL_HEADER } from '@heartwood/runtime'
import { passedOn } from '../passed-on.ts'

/** Hands a letter to ingest, which alone writes to the queue. Resolves when it is durable there. */
export type SendReplay = (letter: DeadLetter, signal: AbortSignal) => Promise<void>

/**
 * @param address of the ingest port, which others use too: so it wants the access token, where there is one, besides the
 * internal one
 */
export function replayClient(options: {
  readonly address: () => Promise<string>
  readonly internalToken: string
  readonly accessToken: string | undefined
}): SendReplay {
  const { internalToken, accessToken } = options
  return async ({ id, attempts, original }, signal) => {
    const response = await post(new URL('/internal/replay', await options.address()), {
      method: 'POST',
      headers: {
        [INTERNAL_HEADER]: internalToken,
        'content-type': 'application/json',
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify({ letter: { id, attempts, original } }),
      redirect: 'error',
      signal,
    })
    if (!response.ok) throw await passedOn('ingest', response)
    await response.body?.cancel()
  }
}

async function post(url: URL, init: RequestInit & { readonly signal: AbortSignal }): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    if (init.signal.aborted) throw init.signal.reason
    throw appDown('ingest', cause)
  }
}
