import { z } from 'zod'
import { limitInput } from './limit.ts'
import { QuestionInput, ReadJson } from './schemas.ts'

export const CompareInput = QuestionInput.extend({
  by: z
    .string()
    .min(1)
    .max(500)
    .default('service')
    .meta({ description: 'a field, whose values are compared' }),
  limit: limitInput(1000, 100, 'how many values, the worst first'),
})
export type CompareInput = z.input<typeof CompareInput>

/** How a value does, compared with the time before: what chance does not explain. */
export const CHANGES = ['errors_up', 'new', 'gone', 'steady', 'errors_down'] as const
export const Change = z.enum(CHANGES)
export type Change = z.infer<typeof Change>

export const ComparedValue = z.object({
  value: z.string(),
  count: z.number().int(),
  errors: z.number().int().meta({ description: 'of `count`: level error or fatal' }),
  previous_count: z.number().int(),
  previous_errors: z.number().int(),
  change: Change,
  score: z.number().meta({
    description:
      'how much more errors than before, in standard deviations of what chance does; negative for fewer',
  }),
})
export type ComparedValue = z.infer<typeof ComparedValue>

export const CompareOutput = z.object({
  by: z.string(),
  from_time: z.string(),
  to_time: z.string(),
  previous: z
    .object({
      from_time: z.string(),
      total: z.number().int(),
      whole: z.boolean().meta({
        description:
          'there are logs of times before it, so that it can be compared with; else every value is steady, those with most errors first',
      }),
    })
    .meta({ description: 'the time of the same length before; it ends where `from_time` is' }),
  total: z.number().int().meta({ description: 'logs that match, also those without the field' }),
  values: z.array(ComparedValue),
  more: z.number().int().meta({ description: 'values that are not listed' }),
  read: ReadJson,
  took_ms: z.number(),
})
export type CompareOutput = z.infer<typeof CompareOutput>
