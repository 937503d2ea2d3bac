import { readShapeAt } from '../../time/time-at.ts'
import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { whole } from './values.ts'

const SEVERITY: Readonly<Record<string, number>> = { '.': 5, '-': 9, '*': 10, '#': 13 }

/** `1234:M 01 May 2024 10:11:12.123 * Ready to accept connections`: process, role, time, level as a sign. */
export const redis: LineFormat = {
  name: 'redis',
  title: 'Redis, Valkey',
  starts: ['number'],
  pattern: /(\d{1,10}):([XCSM]) (\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?:\.\d{3})?) ([.*#-]) /y,
  inside: 'opaque',
  fields([, pid, role, time = '', level = '']) {
    const read = readShapeAt('day_month', time, 0)
    if (read === undefined) return undefined
    return {
      time: read.time,
      severity: SEVERITY[level],
      attributes: { [NAMED.pid]: whole(pid), 'redis.role': ROLES[role ?? ''] },
    }
  },
}

const ROLES: Readonly<Record<string, string>> = { X: 'sentinel', C: 'child', S: 'replica', M: 'master' }
