import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, severityOf, whole } from './values.ts'

/** `[2024-05-01 10:11:12 +0000] [7] [INFO] ...`. */
export const gunicorn: LineFormat = {
  name: 'gunicorn',
  title: 'gunicorn',
  starts: ['bracketed'],
  pattern: new RegExp(`\\] \\[(\\d{1,10})\\] \\[(${LEVEL})\\] `, 'y'),
  inside: 'level_known',
  fields: ([, pid, level]) => ({ severity: severityOf(level), attributes: { [NAMED.pid]: whole(pid) } }),
}
