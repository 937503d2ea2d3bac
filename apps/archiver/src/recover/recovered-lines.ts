import type { Recovered } from '@heartwood/log-store/cold'

/** How far it has got. */
export function foundLine({ day, objects }: { readonly day: string; readonly objects: number }): string {
  return `${day}: ${count(objects)} objects found`
}

/** What was made, and what to do next. */
export function recoveredLines(
  { segments, events, missing }: Recovered,
  { dataDir, archive }: { readonly dataDir: string; readonly archive: string },
): string[] {
  const made = `${dataDir} has ${count(events)} events of ${count(segments)} segments, which lie in ${archive}`
  if (missing === 0) return [`${made}. Start Heartwood on it.`]
  return [
    made,
    `${count(missing)} of these segments have an object that is missing there: "heartwood cold verify" names them. Bring them back from a copy, or start Heartwood without them: answers say what they lack.`,
  ]
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
