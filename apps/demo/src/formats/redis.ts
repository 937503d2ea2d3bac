import type { AppEntry } from '../shop/entry.ts'

const MARKS = { debug: '.', info: '*', warn: '#', error: '#', fatal: '#' } as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** Redis: a day without a zone, a mark for the level. */
export function redis({ at, level, logger, message }: AppEntry): string {
  const [year, month, day] = new Date(at).toISOString().slice(0, 10).split('-')
  const time = new Date(at).toISOString().slice(11, 23)
  return `1:${logger} ${day} ${MONTHS[Number(month) - 1]} ${year} ${time} ${MARKS[level]} ${message}`
}
