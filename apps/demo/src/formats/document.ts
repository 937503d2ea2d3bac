import type { Fields } from '../shop/entry.ts'

/** What a log library writes: a line of text, of several lines where it shows a stack, or a JSON object. */
export type Written = string | Readonly<Record<string, Fields[string] | Fields | undefined>>
