import { z } from 'zod'
import { TimeInput } from './schemas.ts'

/** What someone saves of a search. Relative times stay relative: opened tomorrow, `now-1h` is tomorrow's last hour. */
export const SavedSearchContent = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'takes a name')
    .max(200, 'takes at most 200 characters')
    .meta({
      description: "differs from those of the owner's other saved searches",
      examples: ['Failed payments'],
    }),
  description: z.string().trim().max(2_000).default(''),
  query: z.string().max(20_000, 'takes at most 20,000 characters').default(''),
  from_time: TimeInput.default('now-1h'),
  to_time: TimeInput.default('now'),
  display: z
    .string()
    .max(2_000)
    .default('')
    .meta({
      description: "how the page shows it: the other parameters of the page's URL",
      examples: ['columns=time,message'],
    }),
})
export type SavedSearchContent = z.output<typeof SavedSearchContent>

export const SavedSearchId = z.object({ id: z.uuid() })
export const SavedSearchReplacement = SavedSearchContent.extend(SavedSearchId.shape)

export const SavedSearchJson = SavedSearchContent.extend({
  id: z.string(),
  owner: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
})
export type SavedSearchJson = z.infer<typeof SavedSearchJson>

/** By name. */
export const SavedSearchesOutput = z.object({ saved_searches: z.array(SavedSearchJson) })
export type SavedSearchesOutput = z.infer<typeof SavedSearchesOutput>
