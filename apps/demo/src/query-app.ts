import { INTERNAL_HEADER } from '@heartwood/runtime'
import type { z } from 'zod'

/** The questions the demo has to the query app. Each throws where there is no answer of the shape asked for. */
export interface QueryApp {
  get<T extends z.ZodType>(
    path: string,
    parameters: Readonly<Record<string, string>>,
    schema: T,
    signal: AbortSignal,
  ): Promise<z.output<T>>
  post<T extends z.ZodType>(path: string, body: object, schema: T, signal: AbortSignal): Promise<z.output<T>>
  /** The text of an answer that goes on; disposing ends it. */
  stream(
    path: string,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<string> & AsyncDisposable>
}

export function queryApp(port: number, internalToken: string): QueryApp {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { [INTERNAL_HEADER]: internalToken, 'content-type': 'application/json' }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers, redirect: 'error' })
    if (response.ok) return response
    throw new Error(`query answered ${response.status}: ${(await response.text()).slice(0, 300)}`)
  }
  return {
    async get(path, parameters, schema, signal) {
      const response = await ask(`${path}?${new URLSearchParams(parameters)}`, { signal })
      return schema.parse(await response.json())
    },
    async post(path, body, schema, signal) {
      const response = await ask(path, { method: 'POST', body: JSON.stringify(body), signal })
      return schema.parse(await response.json())
    },
    async stream(path, parameters, signal) {
      const ended = new AbortController()
      const either = AbortSignal.any([signal, ended.signal])
      const response = await ask(`${path}?${new URLSearchParams(parameters)}`, { signal: either })
      const text = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())
      return {
        [Symbol.asyncIterator]: () => text[Symbol.asyncIterator](),
        async [Symbol.asyncDispose]() {
          ended.abort()
        },
      }
    },
  }
}
