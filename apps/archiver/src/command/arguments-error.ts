import { z } from 'zod'

/** A UTC day as a word of a command line. */
export const Day = z.iso.date('takes a day such as 2026-03-01')

/** The first thing that is wrong with what a command was given, as one sentence that names the option. */
export function argumentsError({ issues: [issue] }: z.ZodError): Error {
  const name = issue?.path[0]
  return new Error(name === undefined ? `${issue?.message}` : `--${String(name)}: ${issue?.message}`)
}
