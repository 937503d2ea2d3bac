import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, severityOf, whole } from './values.ts'

/** ` - INFO  [main:QuorumPeer@913] - ...`, newer versions with `[myid:1]` in front. */
export const zookeeper: LineFormat = {
  name: 'zookeeper',
  title: 'ZooKeeper',
  starts: ['iso'],
  pattern: new RegExp(
    `(?: \\[myid:\\d{0,10}\\])? - (${LEVEL}) +\\[((?:[^[\\]\\n]|\\[[^[\\]\\n]{0,100}\\]){1,300}):(\\w[\\w$.]{0,100})@(\\d{1,7})\\] - `,
    'y',
  ),
  inside: 'level_known',
  fields: ([, level, thread, logger, line]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.threadName]: thread, [NAMED.logger]: logger, [NAMED.line]: whole(line) },
  }),
}
