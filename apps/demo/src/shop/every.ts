/** The times at which something happens that comes again every `period`, `offset` behind the full one; `to` is exclusive. */
export function every(period: number, offset: number, from: number, to: number): number[] {
  const first = Math.ceil((from - offset) / period) * period + offset
  const times: number[] = []
  for (let at = first; at < to; at += period) times.push(at)
  return times
}
