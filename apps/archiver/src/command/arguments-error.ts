import type { z } from 'zod'

/** The first thing that is wrong with what a command was given, as one sentence that names the option. */
export function argumentsError({ issues: [issue] }: z.ZodError): Error {
  const name = issue?.path[0]
  return new Error(name === undefined ? `${issue?.message}` : `--${String(name)}: ${issue?.message}`)
}
