import type { z } from 'zod'
import type { CompareInput, CompareOutput } from './compare.ts'
import type {
  DeadLettersInput,
  DeadLettersOutput,
  DismissInput,
  DismissOutput,
  ReplayInput,
  ReplayOutput,
  WholeDeadLetter,
} from './dead-letters.ts'
import type { ContextInput, ContextOutput } from './log-context.ts'
import type { ExportInput } from './log-export.ts'
import type { PatternsInput, PatternsOutput } from './patterns.ts'
import type {
  SavedSearchContent,
  SavedSearchesOutput,
  SavedSearchJson,
  SavedSearchReplacement,
} from './saved-searches.ts'
import type {
  AggregateInput,
  AggregateOutput,
  AlertsOutput,
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
import type { SearchFrame } from './search-stream.ts'
import type { StorageOutput, StorageServicesInput, StorageServicesOutput } from './storage.ts'
import type { SystemOutput } from './system.ts'

export type SearchQuestion = z.output<typeof SearchInput>
export type ExportQuestion = z.output<typeof ExportInput>
export type ContextQuestion = z.output<typeof ContextInput>
export type AggregateQuestion = z.output<typeof AggregateInput>
export type PercentilesQuestion = z.output<typeof PercentilesInput>
export type PatternsQuestion = z.output<typeof PatternsInput>
export type CompareQuestion = z.output<typeof CompareInput>
export type LogQuestion = z.output<typeof LogInput>
export type FieldsQuestion = z.output<typeof FieldsInput>
export type DeadLettersQuestion = z.output<typeof DeadLettersInput>
export type ReplayQuestion = z.output<typeof ReplayInput>
export type DismissQuestion = z.output<typeof DismissInput>
export type TailQuestion = z.output<typeof TailInput>
export type StorageServicesQuestion = z.output<typeof StorageServicesInput>
export type DeleteQuestion = z.output<typeof DeleteInput>

/**
 * Every question the product answers, once: REST routes and the tRPC router are two ways to the same service.
 * Inputs have passed their schema. A question stops soon after `signal` aborts. Errors are `QuestionError`s; anything
 * else thrown is a fault of the product.
 */
export interface QuestionService {
  /** A page in the order that is asked for; behind `cursor` or `after` when there is one. */
  search(question: SearchQuestion, signal: AbortSignal): Promise<SearchOutput>
  /**
   * The same page as it is found. Resolves once the question is understood, so that one that is not fails before anything is
   * sent; what fails later the frames throw.
   */
  searchStream(question: SearchQuestion, signal: AbortSignal): Promise<AsyncIterable<SearchFrame>>
  /**
   * Everything that matches, in the format that is asked for. Resolves with the first page, so that a question that has no
   * answer fails before anything is sent; later ones are read when they are asked for.
   */
  export(question: ExportQuestion, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  aggregate(question: AggregateQuestion, signal: AbortSignal): Promise<AggregateOutput>
  /** Throws `unsupported_query` for a field that is never a number. */
  percentiles(question: PercentilesQuestion, signal: AbortSignal): Promise<PercentilesOutput>
  patterns(question: PatternsQuestion, signal: AbortSignal): Promise<PatternsOutput>
  compare(question: CompareQuestion, signal: AbortSignal): Promise<CompareOutput>
  fields(question: FieldsQuestion, signal: AbortSignal): Promise<FieldsOutput>
  /** Throws `not_found` for an event that is not there. */
  log(question: LogQuestion, signal: AbortSignal): Promise<LogJson>
  /** What was logged right before and after one log. Throws `not_found` for an event that is not there. */
  context(question: ContextQuestion, signal: AbortSignal): Promise<ContextOutput>
  /** Throws `not_found` for a batch that was never accepted, or whose memory ended. */
  batch(id: string, signal: AbortSignal): Promise<BatchOutput>
  deadLetters(question: DeadLettersQuestion, signal: AbortSignal): Promise<DeadLettersOutput>
  /** Throws `not_found` for a letter that is not there any more. */
  deadLetter(id: string, signal: AbortSignal): Promise<WholeDeadLetter>
  /** Begins it and answers; it goes on when the client has gone. With `dry_run` it only counts. */
  replayDeadLetters(question: ReplayQuestion, signal: AbortSignal): Promise<ReplayOutput>
  /** Throws `not_found` for a replay that this process does not know. */
  replay(id: string, signal: AbortSignal): Promise<ReplayOutput>
  /** With `dry_run` it only counts. */
  dismissDeadLetters(question: DismissQuestion, signal: AbortSignal): Promise<DismissOutput>
  /** With `dry_run` it only counts. */
  delete(question: DeleteQuestion, signal: AbortSignal): Promise<DeleteOutput>
  /** Throws, as the others of saved searches do, `unavailable` while the database does not answer. */
  savedSearches(signal: AbortSignal): Promise<SavedSearchesOutput>
  /** Throws `not_found`, as replacing and removing do, for one that is not there. */
  savedSearch(id: string, signal: AbortSignal): Promise<SavedSearchJson>
  /** Throws `conflict` for a name that is taken, and where there are too many. */
  saveSearch(content: SavedSearchContent, signal: AbortSignal): Promise<SavedSearchJson>
  /** Throws `conflict` for a name that is taken. */
  replaceSavedSearch(
    content: z.output<typeof SavedSearchReplacement>,
    signal: AbortSignal,
  ): Promise<SavedSearchJson>
  /** What was removed. */
  removeSavedSearch(id: string, signal: AbortSignal): Promise<SavedSearchJson>
  status(signal: AbortSignal): Promise<StatusOutput>
  /** Answers within seconds, whichever app is away. */
  system(signal: AbortSignal): Promise<SystemOutput>
  storage(signal: AbortSignal): Promise<StorageOutput>
  storageServices(question: StorageServicesQuestion, signal: AbortSignal): Promise<StorageServicesOutput>
  /** Throws `unavailable` when the alerter is down. */
  alerts(signal: AbortSignal): Promise<AlertsOutput>
  /** `off` where there is no demo. */
  demo(signal: AbortSignal): Promise<DemoOutput>
  /** Throws `unavailable` while the demo is starting. */
  stopDemo(signal: AbortSignal): Promise<DemoOutput>
  /** Resolves when nothing of it is left. Without a demo it deletes what an earlier one left. */
  deleteDemo(signal: AbortSignal): Promise<DemoDeleteOutput>
}

/**
 * The shape of an error that a client may see: a code of the error table, its HTTP status and a public sentence.
 * packages/runtime's AppError has it; this package knows only the shape.
 */
export interface QuestionError extends Error {
  readonly code: string
  readonly status: number
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

export function isQuestionError(error: unknown): error is QuestionError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'status' in error &&
    typeof error.status === 'number'
  )
}
