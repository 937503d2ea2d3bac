import { initTRPC, TRPCError } from '@trpc/server'
import { z } from 'zod'
import { CompareInput } from './compare.ts'
import {
  DeadLetterInput,
  DeadLettersInput,
  DismissInput,
  ReplayInput,
  ReplayStateInput,
} from './dead-letters.ts'
import { exactTransformer } from './exact-transformer.ts'
import { ContextInput } from './log-context.ts'
import { describeIssues, issueNames } from './parameter-error.ts'
import { PatternsInput } from './patterns.ts'
import { isQuestionError, type QuestionService } from './question-service.ts'
import { SavedSearchContent, SavedSearchId, SavedSearchReplacement } from './saved-searches.ts'
import {
  AggregateInput,
  BatchInput,
  DeleteInput,
  type ErrorAnswer,
  FieldsInput,
  LogInput,
  PercentilesInput,
  SearchInput,
} from './schemas.ts'
import { StorageServicesInput } from './storage.ts'

/** What a procedure knows of its request. */
export interface RouterContext {
  readonly questions: QuestionService
  /** Stands in the log and in the answer of an internal error. */
  readonly requestId: string
}

const t = initTRPC.context<RouterContext>().create({
  transformer: exactTransformer,
  /** `data.error` has the same content as the `error` of a REST answer; stacks never leave the process. */
  errorFormatter({ shape, error, ctx }) {
    const answer = errorOf(error, ctx?.requestId)
    const { stack: _stack, ...data } = shape.data
    return { ...shape, message: answer.message, data: { ...data, error: answer } }
  },
})

/** Errors of the service keep their status: tRPC knows statuses by names of its own. */
const procedure = t.procedure.use(async ({ next }) => {
  const result = await next()
  if (result.ok || !isQuestionError(result.error.cause)) return result
  const { cause } = result.error
  throw new TRPCError({
    code: TRPC_CODES[cause.status] ?? 'INTERNAL_SERVER_ERROR',
    message: cause.message,
    cause,
  })
})

/** One procedure a question; each stops when its client goes away. */
export const appRouter = t.router({
  search: procedure
    .input(SearchInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.search(input, signal ?? NEVER)),
  aggregate: procedure
    .input(AggregateInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.aggregate(input, signal ?? NEVER)),
  percentiles: procedure
    .input(PercentilesInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.percentiles(input, signal ?? NEVER)),
  patterns: procedure
    .input(PatternsInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.patterns(input, signal ?? NEVER)),
  compare: procedure
    .input(CompareInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.compare(input, signal ?? NEVER)),
  fields: procedure
    .input(FieldsInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.fields(input, signal ?? NEVER)),
  log: procedure
    .input(LogInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.log(input, signal ?? NEVER)),
  context: procedure
    .input(ContextInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.context(input, signal ?? NEVER)),
  batch: procedure
    .input(BatchInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.batch(input.id, signal ?? NEVER)),
  deadLetters: procedure
    .input(DeadLettersInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.deadLetters(input, signal ?? NEVER)),
  deadLetter: procedure
    .input(DeadLetterInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.deadLetter(input.id, signal ?? NEVER)),
  replayDeadLetters: procedure
    .input(ReplayInput)
    .mutation(({ ctx, input, signal }) => ctx.questions.replayDeadLetters(input, signal ?? NEVER)),
  replay: procedure
    .input(ReplayStateInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.replay(input.id, signal ?? NEVER)),
  dismissDeadLetters: procedure
    .input(DismissInput)
    .mutation(({ ctx, input, signal }) => ctx.questions.dismissDeadLetters(input, signal ?? NEVER)),
  delete: procedure
    .input(DeleteInput.strict())
    .mutation(({ ctx, input, signal }) => ctx.questions.delete(input, signal ?? NEVER)),
  savedSearches: procedure.query(({ ctx, signal }) => ctx.questions.savedSearches(signal ?? NEVER)),
  savedSearch: procedure
    .input(SavedSearchId.strict())
    .query(({ ctx, input, signal }) => ctx.questions.savedSearch(input.id, signal ?? NEVER)),
  saveSearch: procedure
    .input(SavedSearchContent.strict())
    .mutation(({ ctx, input, signal }) => ctx.questions.saveSearch(input, signal ?? NEVER)),
  replaceSavedSearch: procedure
    .input(SavedSearchReplacement.strict())
    .mutation(({ ctx, input, signal }) => ctx.questions.replaceSavedSearch(input, signal ?? NEVER)),
  removeSavedSearch: procedure
    .input(SavedSearchId.strict())
    .mutation(({ ctx, input, signal }) => ctx.questions.removeSavedSearch(input.id, signal ?? NEVER)),
  status: procedure.query(({ ctx, signal }) => ctx.questions.status(signal ?? NEVER)),
  system: procedure.query(({ ctx, signal }) => ctx.questions.system(signal ?? NEVER)),
  storage: procedure.query(({ ctx, signal }) => ctx.questions.storage(signal ?? NEVER)),
  storageServices: procedure
    .input(StorageServicesInput.strict())
    .query(({ ctx, input, signal }) => ctx.questions.storageServices(input, signal ?? NEVER)),
  alerts: procedure.query(({ ctx, signal }) => ctx.questions.alerts(signal ?? NEVER)),
  demo: procedure.query(({ ctx, signal }) => ctx.questions.demo(signal ?? NEVER)),
  stopDemo: procedure.mutation(({ ctx, signal }) => ctx.questions.stopDemo(signal ?? NEVER)),
  deleteDemo: procedure.mutation(({ ctx, signal }) => ctx.questions.deleteDemo(signal ?? NEVER)),
})
export type AppRouter = typeof appRouter

/** Callers inside the process (tests) have no request that could go away. */
const NEVER = new AbortController().signal

const TRPC_CODES: Readonly<Record<number, TRPCError['code']>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  499: 'CLIENT_CLOSED_REQUEST',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
}

function errorOf(error: TRPCError, requestId: string | undefined): ErrorAnswer['error'] {
  const { cause } = error
  if (isQuestionError(cause)) return { ...cause.details, code: cause.code, message: cause.message }
  if (error.code === 'BAD_REQUEST' && cause instanceof z.core.$ZodError)
    return { code: 'invalid_parameter', message: describeIssues(cause), parameters: issueNames(cause) }
  switch (error.code) {
    case 'NOT_FOUND':
      return { code: 'unknown_path', message: error.message }
    case 'METHOD_NOT_SUPPORTED':
      return { code: 'method_not_allowed', message: error.message }
    case 'PARSE_ERROR':
    case 'BAD_REQUEST':
      return { code: 'invalid_parameter', message: error.message }
    case 'UNSUPPORTED_MEDIA_TYPE':
      return { code: 'unsupported_encoding', message: error.message }
    default:
      return {
        code: 'internal',
        message: 'an error that should not happen; the log of the query app has it under this request id',
        ...(requestId !== undefined && { request_id: requestId }),
      }
  }
}
