import type { LineFormat } from './line.ts'
import { LEVEL, severityOf } from './values.ts'

/** `[2024-05-01 10:11:12,123: INFO/MainProcess] ...`. */
export const celery: LineFormat = {
  name: 'celery',
  title: 'Celery',
  starts: ['bracketed'],
  pattern: new RegExp(`: (${LEVEL})/([\\w-]{1,100})\\] `, 'y'),
  inside: 'level_known',
  fields: ([, level, process]) => ({
    severity: severityOf(level),
    attributes: { 'process.name': process },
  }),
}
