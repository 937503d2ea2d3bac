import type { ObjectFault, Verified, VerifyProgress } from '@heartwood/log-store/cold'

/** A fault, a line: what is wrong, and how many events it may cost. */
export function faultLine({ key, fault, events, detail }: ObjectFault): string {
  const lost = events === undefined ? '' : `; its segment has ${count(events)} events`
  switch (fault) {
    case 'missing':
      return `${key}: missing${lost}`
    case 'size':
      return `${key}: not as long as it was (${detail})${lost}`
    case 'checksum':
      return `${key}: its bytes are not those that were written${lost}`
    case 'manifest':
      return `${key}: which segments there are cannot be read (${detail})`
  }
}

export function progressLine({ day, bytes, ofBytes, faults }: VerifyProgress): string {
  const share = ofBytes === 0 ? 100 : Math.min(100, Math.floor((bytes / ofBytes) * 100))
  const found = faults === 0 ? '' : `, ${count(faults)} damaged or missing`
  return `${share}%, ${day}: ${megabytes(bytes)} of ${megabytes(ofBytes)}${found}`
}

/** What is said where it is interrupted, with the day from which it can go on. */
export function interruptedLine(day: string | undefined): string {
  return day !== undefined && /^\d/.test(day)
    ? `interrupted; --from ${day} goes on where it was`
    : 'interrupted'
}

/** What was looked at and what came of it; the last line tells whether all is well. */
export function summaryLines(verified: Verified, quick: boolean): string[] {
  const { segments, objects, bytes, events, faults, unknown } = verified
  const looked = quick ? 'are there, as long as they were' : 'are as they were written'
  const all = `${count(segments)} segments with ${count(events)} events (${count(objects)} objects, ${megabytes(bytes)})`
  return [
    ...(unknown.objects === 0
      ? []
      : [
          `${count(unknown.objects)} objects (${megabytes(unknown.bytes)}) belong to no segment: uploads that were interrupted, or are under way`,
        ]),
    faults.length === 0
      ? `${all} ${looked}`
      : `${all} looked at: ${count(faults.length)} objects are damaged or missing, see above. What docs/operations.md says of a damaged archive helps.`,
  ]
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
