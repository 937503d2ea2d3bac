import { nanosFromEpoch } from '../../time/epoch.ts'
import type { LineFormat } from './line.ts'

/** `1718187072.123    45 192.0.2.7 TCP_MISS/200 ...`, `[1718187072.123456] ...`: a fraction makes sure that it is a time and no count. */
export const epoch: LineFormat = {
  name: 'epoch',
  title: 'Any line that begins with seconds since 1970 and a fraction: Squid, strace',
  starts: ['number', 'bracket'],
  has: '.',
  pattern: /(?:\[(1\d{9}\.\d{3,9})\]:?|(1\d{9}\.\d{3,9}))[ \t]+/y,
  inside: 'text',
  fields([, bracketed, bare]) {
    const nanos = nanosFromEpoch(bracketed ?? bare ?? '')
    return nanos === undefined ? undefined : { time: { kind: 'exact', nanos, zone: 'named' } }
  },
}
