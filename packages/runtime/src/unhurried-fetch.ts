import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

export interface UnhurriedRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
}

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

/**
 * Asks as `fetch` does, for an answer that takes as long as it takes: `fetch` gives up when nothing has come for five
 * minutes, and what is asked for would go on all the same. Redirects are not followed. Rejects with the error of the connection,
 * or an AbortError.
 */
export function unhurriedFetch(url: string | URL, asked: UnhurriedRequest): Promise<Response> {
  const target = new URL(url)
  const send = target.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const { method, body, signal } = asked
    const headers = {
      ...asked.headers,
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    }
    const request = send(target, { method, headers, ...(signal !== undefined && { signal }) })
    request.once('error', reject)
    request.once('response', (answer) => {
      const fields = new Headers()
      for (const [name, values = []] of Object.entries(answer.headersDistinct))
        for (const value of values) fields.append(name, value)
      const { statusCode: status = 502, statusMessage: statusText = '' } = answer
      const content = WITHOUT_BODY.has(status) ? null : bodyOf(answer)
      resolve(new Response(content, { status, statusText, headers: fields }))
    })
    request.end(body)
  })
}

function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  const pieces: AsyncIterator<Buffer> = answer.iterator()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => void answer.destroy(),
  })
}
