/** Why Heartwood does not start: one sentence for the person who started it. Ends the command with exit code 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** The code of a system error (`EACCES`, `EADDRINUSE`...), if it is one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
