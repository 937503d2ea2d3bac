let check: ((pattern: string) => string | undefined) | undefined

/**
 * `regexProblem` of regex-problem.ts in a page: the engine of regular expressions is half of this package, and few queries have one,
 * so it comes with the first pattern. Until it is there a pattern passes; the server checks every query before it runs it.
 */
export function regexProblem(pattern: string): string | undefined {
  if (check === undefined) {
    // Where it cannot be loaded, the server's word is enough.
    void import('./regex-problem.ts').then(
      (engine) => {
        check = engine.regexProblem
      },
      () => {},
    )
  }
  return check?.(pattern)
}
