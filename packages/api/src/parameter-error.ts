import type { z } from 'zod'

/** One sentence that names each parameter that did not fit and what it takes. */
export function describeIssues(error: z.core.$ZodError): string {
  return error.issues.map(describeIssue).join('; ')
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const name = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => (name === '' ? key : `${name}.${key}`))
    return keys.length === 1 ? `unknown parameter ${keys[0]}` : `unknown parameters ${keys.join(', ')}`
  }
  return name === '' ? issue.message : `${name}: ${issue.message}`
}

/** The names of the parameters that did not fit, for clients that mark their form. */
export function issueNames(error: z.core.$ZodError): string[] {
  const names = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')],
  )
  return [...new Set(names.filter((name) => name !== ''))]
}
