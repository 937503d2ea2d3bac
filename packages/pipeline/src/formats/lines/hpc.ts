import { nanosFromEpoch } from '../../time/epoch.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'

/** `134681 node-246 unix.hw state_change.unavailable 1077804742 1 ...`: number, node, component, state, seconds since 1970, flag. */
export const hpc: LineFormat = {
  name: 'hpc',
  title: 'HPC clusters with node, component and state',
  starts: ['number', 'six_digits'],
  pattern: /\d{1,10} ([\w.-]{1,64}) ([\w.-]{1,64}) ([\w.-]{1,64}) ([19]\d{8,9}) (-?\d{1,3}) /y,
  inside: 'text',
  fields([, node, component, state, seconds = '']) {
    const nanos = nanosFromEpoch(seconds)
    if (nanos === undefined) return undefined
    return {
      time: { kind: 'exact', nanos, zone: 'named' },
      attributes: { [NAMED.hostname]: node, [NAMED.logger]: component, 'event.action': state },
    }
  },
}
