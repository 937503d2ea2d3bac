import { z } from 'zod'
import { limitInput } from './limit.ts'
import { QuestionInput, SearchInput } from './schemas.ts'

export const EXPORT_FORMATS = ['ndjson', 'csv', 'parquet'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What a client is told an export of a format is. */
export const EXPORT_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
} as const satisfies Record<ExportFormat, string>

export const ExportInput = QuestionInput.extend({
  format: z
    .enum(EXPORT_FORMATS)
    .default('ndjson')
    .meta({ description: 'ndjson: a JSON object a line; csv: RFC 4180 with a header; parquet' }),
  columns: z
    .string()
    .max(20_000, 'takes at most 20,000 characters')
    .optional()
    .meta({
      description:
        'these fields alone, separated by commas (one within a name has a backslash before it), in this order; without it whole logs, in csv and parquet every field that occurs in the range',
      examples: ['@timestamp,level,service,message,http.status'],
    }),
  order: SearchInput.shape.order,
  limit: limitInput(1_000_000_000, 1_000_000, 'at most so many, the first in the order'),
})
export type ExportInput = z.input<typeof ExportInput>
