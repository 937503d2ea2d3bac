import type { Format } from './format.ts'
import { jsonObject } from './json-object.ts'
import { logfmt } from './logfmt.ts'

export type { Format, ParsedLine } from './format.ts'

/** The formats that lines of text are tried against, in this order; the first that is sure of a line parses it. */
export const FORMATS: readonly Format[] = [jsonObject, logfmt]
