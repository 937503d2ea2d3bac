/** Milliseconds since the call, to a tenth. */
export function stopwatch(): () => number {
  const started = performance.now()
  return () => Math.round((performance.now() - started) * 10) / 10
}
