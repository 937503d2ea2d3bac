import { LEVELS } from '@heartwood/event'
import { z } from 'zod'
import { limitInput } from './limit.ts'
import { QuestionInput, ReadJson } from './schemas.ts'

export const PatternsInput = QuestionInput.extend({
  limit: limitInput(1000, 100, 'how many patterns, the commonest'),
  interval: z
    .string()
    .max(20)
    .default('auto')
    .meta({ description: 'width of a bucket, as of aggregate', examples: ['1m', 'auto'] }),
})
export type PatternsInput = z.input<typeof PatternsInput>

export const PatternJson = z.object({
  shape: z.string().meta({ description: 'the message, with <*> where messages of this pattern differ' }),
  query: z.string().meta({ description: 'finds its logs' }),
  count: z.number().int(),
  levels: z.partialRecord(z.enum(LEVELS), z.number().int()),
  first: z.string(),
  last: z.string(),
  counts: z.array(z.number().int()).meta({ description: 'one for each of `buckets`' }),
})
export type PatternJson = z.infer<typeof PatternJson>

export const PatternsOutput = z.object({
  matched: z.number().int().meta({ description: 'logs that match, exactly' }),
  looked: z.number().int().meta({
    description:
      'logs that the counts below are of: all that match, or where these are more than a million a random sample of about a million',
  }),
  shapes: z.number().int().meta({ description: 'how many patterns there are among them' }),
  interval_ms: z.number(),
  buckets: z.array(z.string()).meta({ description: 'where each bucket begins' }),
  patterns: z.array(PatternJson),
  read: ReadJson,
  took_ms: z.number(),
})
export type PatternsOutput = z.infer<typeof PatternsOutput>
