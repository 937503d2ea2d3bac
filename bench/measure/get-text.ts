export interface Answer {
  readonly ok: boolean
  readonly status: number
  readonly text: string
}

/**
 * Gets a page over a kept connection. A server closes one that was idle while we were at work ourselves, and we may learn of
 * it by using it: then, as a browser does, once more.
 */
export async function getText(url: string): Promise<Answer> {
  try {
    return await get(url)
  } catch (error) {
    if (!wasClosed(error)) throw error
    return get(url)
  }
}

async function get(url: string): Promise<Answer> {
  const response = await fetch(url)
  return { ok: response.ok, status: response.status, text: await response.text() }
}

function wasClosed(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return (
    cause instanceof Error &&
    'code' in cause &&
    (cause.code === 'UND_ERR_SOCKET' || cause.code === 'ECONNRESET')
  )
}
