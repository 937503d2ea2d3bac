/** What a shipper or a runtime put around a line: whose line it is, and where the line begins. */
export interface Envelope {
  readonly source: string
  readonly at: number
  /** The runtime cut the line: the next one of this source goes on with it. */
  readonly partial: boolean
}

/** containerd and CRI-O. */
const CRI = /^\d{4}-\d\d-\d\dT\S{8,30} (stdout|stderr) ([FP])(?: |$)/
const COMPOSE = /^([A-Za-z0-9][\w.-]{0,100}[-_]\d{1,4}) +\| /
const KUBECTL = /^(\[pod\/[a-z0-9.-]{1,253}\/[a-z0-9-]{1,63}\]) /
/** syslog with and without priority: host, program, process. */
const SYSLOG =
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{1,20}) (\S{1,255} [^\s:[\]]{1,100}\[\d{1,10}\]): ?/

/** The envelope around a line of text; undefined for a line that stands by itself. */
export function envelopeOf(line: string): Envelope | undefined {
  const cri = CRI.exec(line)
  if (cri !== null) return { source: cri[1] ?? '', at: cri[0].length, partial: cri[2] === 'P' }
  const other = COMPOSE.exec(line) ?? KUBECTL.exec(line) ?? SYSLOG.exec(line)
  return other === null ? undefined : { source: other[1] ?? '', at: other[0].length, partial: false }
}
