import type { LineFormat } from './line.ts'
import { LEVEL, severityOf } from './values.ts'

const LOWER = LEVEL.toLowerCase()

/** A time, and the level as a word in capitals or brackets behind it: what is left when no library is recognised. */
export const timeAndLevel: LineFormat = {
  name: 'time_and_level',
  title: 'Any line with a time and then a level',
  starts: ['iso', 'slashed', 'bracketed', 'day_month', 'month_with_year'],
  pattern: new RegExp(
    `\\]?(?: -)?[ \\t]+(?:[[(](${LEVEL}|${LOWER}) *[\\])]|(${LEVEL})(?=[ :|\\t-]))(?::| -| {1,8}\\|)?[ \\t]*`,
    'y',
  ),
  inside: 'level_known',
  fields: ([, bracketed, bare]) => ({ severity: severityOf(bracketed ?? bare) }),
}
