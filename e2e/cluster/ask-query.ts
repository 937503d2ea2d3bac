import { INTERNAL_HEADER } from '@heartwood/runtime'

/** Where a query app is asked, as the other apps do. */
export interface AskedQuery {
  readonly url: string
  readonly token: string
}

/** The JSON that the REST API answers with. Throws where that is no 2xx. */
export async function askQuery(
  { url, token }: AskedQuery,
  path: string,
  init: RequestInit = {},
): Promise<unknown> {
  const headers = { [INTERNAL_HEADER]: token, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1/${path}`, { ...init, headers })
  if (!answer.ok) throw new AnsweredError(answer.status, `${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/** An answer that says that something is wrong. */
export class AnsweredError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
