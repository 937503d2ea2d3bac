import { canonicalKey } from './canonical-key.ts'
import type { ColumnType } from './event-batch.ts'

/**
 * Attributes that every log library writes under another name, under the one name that OpenTelemetry's semantic conventions have for
 * them, or where these have none, ECS. The pipeline moves what comes under an alias to the name, and a query may ask by either:
 * so both the senders' names and one search over all senders work.
 */
export interface AttributeName {
  readonly name: string
  readonly about: string
  /** The types that are moved; a value of another type says something else and stays under its own name. */
  readonly types: readonly ColumnType[]
  /** Best first; each stands for all its spellings, see canonicalKey. */
  readonly aliases: readonly string[]
}

const TEXT = ['string'] as const
const LABEL = ['string', 'int64'] as const

export const ATTRIBUTE_NAMES: readonly AttributeName[] = [
  {
    name: 'log.logger',
    about: 'the logger, a category or class',
    types: TEXT,
    aliases: [
      'logger',
      'logger_name',
      'source_context',
      'properties.source_context',
      'category_name',
      'record.name',
      'extra.logger_name',
    ],
  },
  {
    name: 'process.pid',
    about: 'the process id',
    types: LABEL,
    aliases: ['pid', 'process_id', 'properties.process_id', 'record.process.id', '_pid', 'syslog_pid'],
  },
  {
    name: 'thread.name',
    about: 'the thread by name',
    types: TEXT,
    aliases: [
      'thread_name',
      'process.thread.name',
      'record.thread.name',
      'extra.thread_name',
      'properties.thread_name',
    ],
  },
  {
    name: 'thread.id',
    about: 'the thread by number',
    types: LABEL,
    aliases: ['thread_id', 'process.thread.id', 'record.thread.id', 'properties.thread_id'],
  },
  {
    name: 'error.type',
    about: 'the class of the error or exception',
    types: TEXT,
    aliases: [
      'err.type',
      'err.name',
      'error.name',
      'error.class',
      'error.kind',
      'exception.type',
      'exception.class',
      'exception.name',
      'exception.exception_class',
      'thrown.name',
      'extra.error_type',
      'record.exception.type',
      'throwable.class_name',
      'context.exception.class',
      'exc_type',
    ],
  },
  {
    name: 'error.message',
    about: 'what the error or exception says',
    types: TEXT,
    aliases: [
      'err.message',
      'err.msg',
      'error.msg',
      'exception.message',
      'exception.exception_message',
      'thrown.message',
      'record.exception.value',
      'throwable.message',
      'context.exception.message',
    ],
  },
  {
    name: 'error.stack_trace',
    about: 'the stack trace as text',
    types: TEXT,
    aliases: [
      'stack_trace',
      'stack',
      'err.stack',
      'err.stack_trace',
      'error.stack',
      'exception.stack_trace',
      'exception.stack',
      'thrown.extended_stack_trace',
      'thrown.stack_trace',
      'exc_info',
      'exc_text',
      'traceback',
      'exception.traceback',
      'error.traceback',
      'backtrace',
      'error.backtrace',
      'exception.backtrace',
      'extra.stack_trace',
      '@x',
      'error_verbose',
    ],
  },
  {
    name: 'error.code',
    about: 'the code of the error, as the program has them',
    types: LABEL,
    aliases: ['err.code', 'exception.code', 'record.exception.code'],
  },
  {
    name: 'http.response.status_code',
    about: 'the status of an HTTP answer',
    types: LABEL,
    aliases: [
      'http.status_code',
      'http.status',
      'http.response.status',
      'res.status_code',
      'res.status',
      'response.status_code',
      'http_request.status',
    ],
  },
]

const BY_KEY: ReadonlyMap<string, { readonly attribute: AttributeName; readonly rank: number }> = new Map(
  ATTRIBUTE_NAMES.flatMap((attribute) =>
    [attribute.name, ...attribute.aliases].map(
      (key, rank) => [canonicalKey(key), { attribute, rank }] as const,
    ),
  ).reverse(),
)

/** The attribute that a key means, and how good a name it is for that (0 is best); undefined for an attribute like any other. */
export function attributeNamed(
  key: string,
): { readonly attribute: AttributeName; readonly rank: number } | undefined {
  return BY_KEY.get(canonicalKey(key))
}
