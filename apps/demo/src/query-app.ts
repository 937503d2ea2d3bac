import type { InternalClient } from '@heartwood/runtime'
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

export function queryApp(client: InternalClient): QueryApp {
  const ask = async (path: string, options: { signal: AbortSignal; body?: object }): Promise<Response> => {
    const response = await client.call(path, options)
    if (response.ok) return response
    throw new Error(`query answered ${response.status}: ${(await response.text()).slice(0, 300)}`)
  }
  return {
    async get(path, parameters, schema, signal) {
      const response = await ask(`${path}?${new URLSearchParams(parameters)}`, { signal })
      return schema.parse(await response.json())
    },
    async post(path, body, schema, signal) {
      const response = await ask(path, { body, signal })
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
