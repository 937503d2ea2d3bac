import { defaults } from './defaults.ts'
import { parseLines } from './formats/parse-lines.ts'
import { idsInText } from './ids-in-text.ts'
import { levelAttributes } from './level/level-attributes.ts'
import { lineHead } from './line-head.ts'
import { promote, promoteMessage } from './promote/promote.ts'
import { traceparent } from './promote/traceparent.ts'
import type { Step } from './step.ts'
import { timeAttributes } from './time/time-attributes.ts'

/**
 * What every event goes through, in this order: the line is found and parsed, which may give another message; then level and time are taken (they
 * look at names that `promote` would move), then the own fields, then what only the text says, last the defaults.
 */
export const STANDARD_STEPS: readonly Step[] = [
  promoteMessage,
  parseLines,
  promoteMessage,
  levelAttributes,
  timeAttributes,
  promote,
  traceparent,
  lineHead,
  idsInText,
  defaults,
]
