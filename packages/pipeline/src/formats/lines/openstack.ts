import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, severityOf, whole } from './values.ts'

/** `2017-05-16 00:00:00.008 25746 INFO nova.osapi [req-38101a0b-... user project] ...`: oslo.log. */
export const openstack: LineFormat = {
  name: 'openstack',
  title: 'OpenStack (oslo.log)',
  starts: ['iso'],
  pattern: new RegExp(
    ` (\\d{1,10}) (${LEVEL}) ([A-Za-z_][\\w.]{0,200}) \\[(?:(req-[\\w-]{1,64})[^\\]\\n]{0,300}|-)\\] `,
    'y',
  ),
  inside: 'level_known',
  fields: ([, pid, level, logger, id]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.pid]: whole(pid), [NAMED.logger]: logger, [NAMED.requestId]: id },
  }),
}
