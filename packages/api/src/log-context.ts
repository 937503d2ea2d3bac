import { z } from 'zod'
import { LogInput, LogJson, ReadJson } from './schemas.ts'

/** Own fields that say where a log comes from or what it belongs to. */
export const CONTEXT_FIELDS = [
  'hostname',
  'namespace',
  'pod',
  'service',
  'environment',
  'trace_id',
  'request_id',
] as const

const Lines = z.coerce.number<number | string>().int().min(0).max(1000).default(20)

/** What was logged around one log. */
export const ContextInput = LogInput.extend({
  same: z
    .string()
    .max(200)
    .default('')
    .transform((text) => text.split(',').map((name) => name.trim()))
    .transform((names) => names.filter((name) => name !== ''))
    .pipe(z.array(z.enum(CONTEXT_FIELDS, `takes ${CONTEXT_FIELDS.join(', ')}, separated by commas`)))
    .meta({
      description: `only logs that have the same: ${CONTEXT_FIELDS.join(', ')}, or several of them separated by commas; nothing: all logs`,
      examples: ['hostname', 'namespace,pod'],
    }),
  before: Lines.meta({ description: 'how many before it' }),
  after: Lines.meta({ description: 'how many after it' }),
})
export type ContextInput = z.input<typeof ContextInput>

export const ContextOutput = z.object({
  log: LogJson,
  same: z
    .array(z.enum(CONTEXT_FIELDS))
    .meta({ description: 'the fields that were held to: a field that the log does not have is not' }),
  before: z.array(LogJson).meta({ description: 'the oldest first, by time and id, without the log itself' }),
  after: z.array(LogJson),
  more_before: z.boolean(),
  more_after: z.boolean(),
  read: ReadJson,
  took_ms: z.number(),
})
export type ContextOutput = z.infer<typeof ContextOutput>
