import type { SearchFrame, SearchOutput } from '@heartwood/api'

/**
 * The frames of a search, as it finds them, and `done` at the end. What nobody takes waits: that is a page at most. Throws
 * what the search throws, behind the frames that came before.
 */
export async function* searchFrames(
  run: (tell: (frame: SearchFrame) => void) => Promise<SearchOutput>,
): AsyncGenerator<SearchFrame, void> {
  const waiting: SearchFrame[] = []
  let wake = Promise.withResolvers<void>()
  const outcome = run((frame) => {
    waiting.push(frame)
    wake.resolve()
  })
  let hasEnded = false
  const ended = () => {
    hasEnded = true
    wake.resolve()
  }
  outcome.then(ended, ended)
  for (;;) {
    await wake.promise
    wake = Promise.withResolvers()
    yield* waiting.splice(0)
    if (hasEnded && waiting.length === 0) break
  }
  const { logs: _, ...done } = await outcome
  yield { event: 'done', data: done }
}
