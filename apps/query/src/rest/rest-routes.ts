import { Readable } from 'node:stream'
import { EXPORT_TYPES, type QuestionService } from '@heartwood/api'
import { ROUTES, type Route } from '@heartwood/api/routes'
import { exactJson } from '@heartwood/event'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { OPENAPI } from '../openapi-document.ts'
import type { TailService } from '../tail/tail-service.ts'
import { clientSignal } from './client-signal.ts'
import { checkedInput, givenInput } from './route-input.ts'
import { searchEvents } from './search-events.ts'

/** Registers every route of the table. An answer is JSON in which integers of any size are exact. */
export function addRestRoutes(server: FastifyInstance, questions: QuestionService, tails: TailService): void {
  const answer = <Input extends z.ZodObject, Output extends z.ZodType>(
    route: Route<Input, Output>,
    work: (input: z.output<Input>, signal: AbortSignal) => Promise<z.output<Output>>,
  ) => {
    server.route({
      method: route.method,
      url: urlOf(route),
      handler: async (request, reply) => {
        const signal = clientSignal(reply)
        const input = checkedInput(route.input, givenInput(route, request))
        try {
          const body = exactJson(await work(input, signal))
          return reply.type('application/json; charset=utf-8').header('cache-control', 'no-store').send(body)
        } catch (error) {
          // Nobody is there to be answered, and a client that leaves is no fault to log.
          if (signal.aborted) return reply.hijack()
          throw error
        }
      },
    })
  }

  answer(ROUTES.search, questions.search)
  answer(ROUTES.aggregate, questions.aggregate)
  answer(ROUTES.percentiles, questions.percentiles)
  answer(ROUTES.patterns, questions.patterns)
  answer(ROUTES.compare, questions.compare)
  answer(ROUTES.fields, questions.fields)
  answer(ROUTES.log, questions.log)
  answer(ROUTES.context, questions.context)
  answer(ROUTES.batch, ({ id }, signal) => questions.batch(id, signal))
  answer(ROUTES.deadLetters, questions.deadLetters)
  answer(ROUTES.deadLetter, ({ id }, signal) => questions.deadLetter(id, signal))
  answer(ROUTES.replayDeadLetters, questions.replayDeadLetters)
  answer(ROUTES.replay, ({ id }, signal) => questions.replay(id, signal))
  answer(ROUTES.dismissDeadLetters, questions.dismissDeadLetters)
  answer(ROUTES.delete, questions.delete)
  answer(ROUTES.savedSearches, (_input, signal) => questions.savedSearches(signal))
  answer(ROUTES.savedSearch, ({ id }, signal) => questions.savedSearch(id, signal))
  answer(ROUTES.saveSearch, questions.saveSearch)
  answer(ROUTES.replaceSavedSearch, questions.replaceSavedSearch)
  answer(ROUTES.removeSavedSearch, ({ id }, signal) => questions.removeSavedSearch(id, signal))
  answer(ROUTES.status, (_input, signal) => questions.status(signal))
  answer(ROUTES.system, (_input, signal) => questions.system(signal))
  answer(ROUTES.storage, (_input, signal) => questions.storage(signal))
  answer(ROUTES.storageServices, questions.storageServices)
  answer(ROUTES.alerts, (_input, signal) => questions.alerts(signal))
  answer(ROUTES.demo, (_input, signal) => questions.demo(signal))
  answer(ROUTES.stopDemo, (_input, signal) => questions.stopDemo(signal))
  answer(ROUTES.deleteDemo, (_input, signal) => questions.deleteDemo(signal))
  answer(ROUTES.openapi, async () => OPENAPI)

  server.get(urlOf(ROUTES.export), async (request, reply) => {
    const input = checkedInput(ROUTES.export.input, givenInput(ROUTES.export, request))
    const signal = clientSignal(reply)
    try {
      const bytes = await questions.export(input, signal)
      return reply
        .type(EXPORT_TYPES[input.format])
        .header('content-disposition', `attachment; filename="logs.${input.format}"`)
        .header('cache-control', 'no-store, no-transform')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(bytes, { objectMode: false, highWaterMark: 0 }))
    } catch (error) {
      if (signal.aborted) return reply.hijack()
      throw error
    }
  })

  server.get(urlOf(ROUTES.searchStream), async (request, reply) => {
    const input = checkedInput(ROUTES.searchStream.input, givenInput(ROUTES.searchStream, request))
    const signal = clientSignal(reply)
    const frames = await questions.searchStream(input, signal)
    const failed = (error: unknown) => {
      if (!signal.aborted) request.log.error({ err: error, request: request.id }, 'a streamed search failed')
      return new AppError('internal', INTERNAL, { details: { request_id: request.id } })
    }
    return reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-cache, no-transform')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(searchEvents(frames, failed)))
  })

  server.get(urlOf(ROUTES.tail), async (request, reply) => {
    const input = checkedInput(ROUTES.tail.input, givenInput(ROUTES.tail, request))
    const signal = clientSignal(reply)
    const stream = await tails.open(input, signal)
    return reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-cache, no-transform')
      .header('x-accel-buffering', 'no')
      .send(stream)
  })
}

const INTERNAL = 'an error that should not happen; the log of the query app has it under this request id'

/** Fastify writes {id} as :id. */
function urlOf(route: Pick<Route, 'path'>): string {
  return route.path.replaceAll(/\{(\w+)\}/g, ':$1')
}
