import { z } from 'zod'
import { LogJson, ReadJson, SearchOutput } from './schemas.ts'

/**
 * A streamed search is server-sent events: `event: rows` with SearchRows as they are found, `event: progress` with
 * SearchProgress at most a few times a second, and at last `event: done` with SearchDone, or `event: error` with an
 * ErrorAnswer: what came before stays true then.
 */
export const SearchRows = z.object({
  logs: z
    .array(LogJson)
    .meta({ description: 'behind those of the frames before, in the order of the search' }),
  next_cursor: z.string().nullable().meta({ description: 'a search with it goes on behind these logs' }),
})
export type SearchRows = z.infer<typeof SearchRows>

export const SearchProgress = z.object({
  read: ReadJson,
  of: z
    .object({ rows: z.number().int(), segments: z.number().int() })
    .meta({ description: 'what there is to look at, at most: a page that is full ends before' }),
  reached: z.string().nullable().meta({
    description: 'the time as far as which everything was looked through; null while what matches is counted',
  }),
  counted: z
    .number()
    .int()
    .nullable()
    .meta({ description: 'how many were counted so far; null while logs are looked for' }),
  next_cursor: z
    .string()
    .nullable()
    .meta({ description: 'a search with it goes on where this one is, without the logs that came before' }),
  took_ms: z.number(),
})
export type SearchProgress = z.infer<typeof SearchProgress>

export const SearchDone = SearchOutput.omit({ logs: true })
export type SearchDone = z.infer<typeof SearchDone>

export type SearchFrame =
  | { readonly event: 'rows'; readonly data: SearchRows }
  | { readonly event: 'progress'; readonly data: SearchProgress }
  | { readonly event: 'done'; readonly data: SearchDone }
