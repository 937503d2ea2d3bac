import type { z } from 'zod'
import { z as zod } from 'zod'
import { CompareInput, CompareOutput } from './compare.ts'
import {
  DeadLetterInput,
  DeadLettersInput,
  DeadLettersOutput,
  DismissInput,
  DismissOutput,
  ReplayInput,
  ReplayOutput,
  ReplayStateInput,
  WholeDeadLetter,
} from './dead-letters.ts'
import { ContextInput, ContextOutput } from './log-context.ts'
import { EXPORT_TYPES, ExportInput } from './log-export.ts'
import { PatternsInput, PatternsOutput } from './patterns.ts'
import {
  SavedSearchContent,
  SavedSearchesOutput,
  SavedSearchId,
  SavedSearchJson,
  SavedSearchReplacement,
} from './saved-searches.ts'
import {
  AggregateInput,
  AggregateOutput,
  AlertsOutput,
  BatchInput,
  BatchOutput,
  DeleteInput,
  DeleteOutput,
  DemoDeleteOutput,
  DemoOutput,
  FieldsInput,
  FieldsOutput,
  LogInput,
  LogJson,
  PercentilesInput,
  PercentilesOutput,
  SearchInput,
  SearchOutput,
  StatusOutput,
  TailInput,
} from './schemas.ts'
import { StorageOutput, StorageServicesInput, StorageServicesOutput } from './storage.ts'
import { SystemOutput } from './system.ts'

/**
 * One REST route. The keys of `input` named in `path` as {key} come from the path, the others from the query string
 * (GET) or the JSON body (POST, PUT); a DELETE has no others. `input` is strict: a key that is not in it is refused.
 */
export interface Route<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: `/api/v1/${string}`
  readonly summary: string
  readonly description?: string
  readonly input: Input
  /** The JSON of a 200 answer; where `stream` is set, the text of it, or one line. */
  readonly output: Output
  /** Server-sent events, or a JSON object a line, instead of one JSON answer. */
  readonly stream?: 'text/event-stream' | 'application/x-ndjson'
  /** Other types that the answer can be asked for in. */
  readonly alsoAs?: readonly string[]
  /** Codes of the error table besides COMMON_ERRORS. */
  readonly errors: readonly string[]
}

/** Errors any route can answer. */
export const COMMON_ERRORS = [
  'invalid_parameter',
  'unauthenticated',
  'foreign_host',
  'internal',
  'unavailable',
] as const

const STORE_ERRORS = ['too_many_queries', 'query_timeout', 'store_corrupt', 'disk_full'] as const
const QUERY_ERRORS = ['invalid_query', 'unsupported_query', ...STORE_ERRORS] as const
const WRITE_ERRORS = ['foreign_origin', 'invalid_body', 'body_too_large'] as const
const NOTHING = zod.strictObject({})

/** The REST interface: apps/query registers exactly these, and the OpenAPI document is made from them. */
export const ROUTES = {
  search: route({
    method: 'GET',
    path: '/api/v1/search',
    summary: 'Find logs, newest or oldest first',
    input: SearchInput.strict(),
    output: SearchOutput,
    errors: QUERY_ERRORS,
  }),
  searchStream: route({
    method: 'GET',
    path: '/api/v1/search/stream',
    summary: 'Find logs, and be told of them as they are found',
    description:
      'Server-sent events: `rows` (SearchRows), the page in parts; `progress` (SearchProgress), at most a few times a second; at last `done` (SearchDone), or `error` (ErrorAnswer) behind what was found. A client that closes the connection ends the search; with the `next_cursor` that came last it can go on from there.',
    input: SearchInput.strict(),
    output: zod.string(),
    stream: 'text/event-stream',
    errors: QUERY_ERRORS,
  }),
  export: route({
    method: 'GET',
    path: '/api/v1/export',
    summary: 'All logs that match, as NDJSON, CSV or Parquet',
    description:
      'As many as `limit` as one stream, however many that is: it is read on as fast as the client takes it. Logs that arrive meanwhile are not in it. A stream that cannot be read to its end is cut off, so that the client sees an error: take nothing for the whole that did not end properly. In CSV a text that a spreadsheet would run as a formula stands behind an apostrophe. In Parquet a field is a column of one type: text where its values are of several. Objects inside of arrays are in NDJSON only.',
    input: ExportInput.strict(),
    output: LogJson,
    stream: EXPORT_TYPES.ndjson,
    alsoAs: [EXPORT_TYPES.csv, EXPORT_TYPES.parquet],
    errors: QUERY_ERRORS,
  }),
  aggregate: route({
    method: 'GET',
    path: '/api/v1/aggregate',
    summary: 'Count logs: commonest values and volume over time',
    description:
      'Without `by`: errors by service, the ten with most, and the volume of all levels per hour. Empty buckets are included.',
    input: AggregateInput.strict(),
    output: AggregateOutput,
    errors: QUERY_ERRORS,
  }),
  percentiles: route({
    method: 'GET',
    path: '/api/v1/percentiles',
    summary: 'Percentiles of a field with numbers',
    description:
      'By the nearest rank: the smallest of the values that at least so many percent are not above. Exact, unless there are too many numbers to hold; `relative_error` says so then.',
    input: PercentilesInput.strict(),
    output: PercentilesOutput,
    errors: QUERY_ERRORS,
  }),
  patterns: route({
    method: 'GET',
    path: '/api/v1/patterns',
    summary: 'What the logs say: messages by their shape',
    description:
      'The shape of a message is the message with <*> for each word with a digit in it (numbers, times, addresses, ids). Words without one are never taken out. Exact up to a million logs; of more a random sample is looked at, and `looked` says of how many.',
    input: PatternsInput.strict(),
    output: PatternsOutput,
    errors: QUERY_ERRORS,
  }),
  compare: route({
    method: 'GET',
    path: '/api/v1/compare',
    summary: 'Which service got worse: events and errors by value, compared with the time before',
    description:
      'Each value of `by` with its events and errors in the range and in the time of the same length before it, the worst first: errors that went up by more than chance explains, what is gone, what is new.',
    input: CompareInput.strict(),
    output: CompareOutput,
    errors: QUERY_ERRORS,
  }),
  tail: route({
    method: 'GET',
    path: '/api/v1/tail',
    summary: 'Follow logs as they arrive',
    description:
      'Server-sent events: `logs` (TailLogs), `stats` every second (TailStats), `gap` (TailGap) when events may have been missed, `error` (ErrorAnswer) before the stream ends for good.',
    input: TailInput.strict(),
    output: zod.string(),
    stream: 'text/event-stream',
    errors: ['invalid_query', 'unsupported_query', 'too_many_queries'],
  }),
  log: route({
    method: 'GET',
    path: '/api/v1/logs/{id}',
    summary: 'One log by its id',
    input: LogInput.strict(),
    output: LogJson,
    errors: ['not_found', ...STORE_ERRORS],
  }),
  context: route({
    method: 'GET',
    path: '/api/v1/logs/{id}/context',
    summary: 'What was logged right before and after one log',
    description: 'By time and id, of all logs or of those with the same host, pod, service...',
    input: ContextInput.strict(),
    output: ContextOutput,
    errors: ['not_found', ...STORE_ERRORS],
  }),
  batch: route({
    method: 'GET',
    path: '/api/v1/batches/{id}',
    summary: 'What became of a batch: queued or searchable',
    input: BatchInput.strict(),
    output: BatchOutput,
    errors: ['not_found', ...STORE_ERRORS],
  }),
  fields: route({
    method: 'GET',
    path: '/api/v1/fields',
    summary: 'The fields that occur in a time range',
    input: FieldsInput.strict(),
    output: FieldsOutput,
    errors: STORE_ERRORS,
  }),
  deadLetters: route({
    method: 'GET',
    path: '/api/v1/dead-letters',
    summary: 'What could not become a log, with its reason, newest first',
    input: DeadLettersInput.strict(),
    output: DeadLettersOutput,
    errors: STORE_ERRORS,
  }),
  deadLetter: route({
    method: 'GET',
    path: '/api/v1/dead-letters/{id}',
    summary: 'One dead letter in full, with the bytes that came in',
    input: DeadLetterInput.strict(),
    output: WholeDeadLetter,
    errors: ['not_found', ...STORE_ERRORS],
  }),
  replayDeadLetters: route({
    method: 'POST',
    path: '/api/v1/dead-letters/replay',
    summary: 'Try dead letters again',
    description:
      'What was received goes through the queue once more and is read by the program that runs now. What succeeds is no letter any more; what fails again is one with one more attempt. However often and by whomever it is asked for, an event is never there twice. Answers at once; `replay_id` asks for the progress.',
    input: ReplayInput,
    output: ReplayOutput,
    errors: ['not_found', 'foreign_origin', 'invalid_body', 'body_too_large', ...STORE_ERRORS],
  }),
  replay: route({
    method: 'GET',
    path: '/api/v1/dead-letters/replays/{id}',
    summary: 'How far a replay has got',
    input: ReplayStateInput.strict(),
    output: ReplayOutput,
    errors: ['not_found', ...STORE_ERRORS],
  }),
  dismissDeadLetters: route({
    method: 'POST',
    path: '/api/v1/dead-letters/dismiss',
    summary: 'Remove dead letters for good',
    input: DismissInput,
    output: DismissOutput,
    errors: ['foreign_origin', 'invalid_body', 'body_too_large', ...STORE_ERRORS],
  }),
  delete: route({
    method: 'POST',
    path: '/api/v1/delete',
    summary: 'Delete the logs a query finds',
    description:
      'Also deletes what was accepted before the call and is not searchable yet. With `dry_run` it only counts.',
    input: DeleteInput.strict(),
    output: DeleteOutput,
    errors: [...QUERY_ERRORS, 'foreign_origin', 'invalid_body', 'body_too_large'],
  }),
  savedSearches: route({
    method: 'GET',
    path: '/api/v1/saved-searches',
    summary: 'Searches that were given a name',
    input: NOTHING,
    output: SavedSearchesOutput,
    errors: [],
  }),
  savedSearch: route({
    method: 'GET',
    path: '/api/v1/saved-searches/{id}',
    summary: 'One saved search',
    input: SavedSearchId.strict(),
    output: SavedSearchJson,
    errors: ['not_found'],
  }),
  saveSearch: route({
    method: 'POST',
    path: '/api/v1/saved-searches',
    summary: 'Save a search under a name',
    input: SavedSearchContent.strict(),
    output: SavedSearchJson,
    errors: ['conflict', 'invalid_query', ...WRITE_ERRORS],
  }),
  replaceSavedSearch: route({
    method: 'PUT',
    path: '/api/v1/saved-searches/{id}',
    summary: 'Replace what is saved under an id, its name too',
    input: SavedSearchReplacement.strict(),
    output: SavedSearchJson,
    errors: ['not_found', 'conflict', 'invalid_query', ...WRITE_ERRORS],
  }),
  removeSavedSearch: route({
    method: 'DELETE',
    path: '/api/v1/saved-searches/{id}',
    summary: 'Remove a saved search; the answer is what it was',
    input: SavedSearchId.strict(),
    output: SavedSearchJson,
    errors: ['not_found', 'foreign_origin'],
  }),
  status: route({
    method: 'GET',
    path: '/api/v1/status',
    summary: 'Version, addresses, how much is stored and how much waits',
    input: NOTHING,
    output: StatusOutput,
    errors: STORE_ERRORS,
  }),
  system: route({
    method: 'GET',
    path: '/api/v1/system',
    summary: 'How the installation does: apps, what comes in, what waits, the store and its limits',
    description:
      'The apps are asked side by side, each for a second at most; what one of them would say that does not answer is null. Counters begin with their app.',
    input: NOTHING,
    output: SystemOutput,
    errors: STORE_ERRORS,
  }),
  storage: route({
    method: 'GET',
    path: '/api/v1/storage',
    summary: 'What is stored, by day',
    input: NOTHING,
    output: StorageOutput,
    errors: STORE_ERRORS,
  }),
  storageServices: route({
    method: 'GET',
    path: '/api/v1/storage/services',
    summary: 'What is stored of a day, or of all, by service',
    description:
      'Events are exact; bytes are estimated in proportion to them, since files hold the services together.',
    input: StorageServicesInput.strict(),
    output: StorageServicesOutput,
    errors: STORE_ERRORS,
  }),
  alerts: route({
    method: 'GET',
    path: '/api/v1/alerts',
    summary: 'The alert rules and their state',
    input: NOTHING,
    output: AlertsOutput,
    errors: [],
  }),
  demo: route({
    method: 'GET',
    path: '/api/v1/demo',
    summary: 'Whether the demo writes logs',
    input: NOTHING,
    output: DemoOutput,
    errors: [],
  }),
  stopDemo: route({
    method: 'POST',
    path: '/api/v1/demo/stop',
    summary: 'End the writing of the demo; what it wrote stays',
    input: NOTHING,
    output: DemoOutput,
    errors: ['foreign_origin', 'invalid_body'],
  }),
  deleteDemo: route({
    method: 'POST',
    path: '/api/v1/demo/delete',
    summary: 'End the demo for good and delete the logs of environment:demo',
    input: NOTHING,
    output: DemoDeleteOutput,
    errors: [...STORE_ERRORS, 'foreign_origin', 'invalid_body'],
  }),
  openapi: route({
    method: 'GET',
    path: '/api/v1/openapi.json',
    summary: 'This document',
    input: NOTHING,
    output: zod.record(zod.string(), zod.unknown()),
    errors: [],
  }),
} as const

/** The keys in braces of a route's path. */
export function pathKeys(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key ?? '')
}

function route<I extends z.ZodObject, O extends z.ZodType>(definition: Route<I, O>): Route<I, O> {
  return definition
}
