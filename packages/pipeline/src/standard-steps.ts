import { defaults } from './defaults.ts'
import { parseLines } from './formats/parse-lines.ts'
import { idsInText } from './ids-in-text.ts'
import { levelAttributes } from './level/level-attributes.ts'
import { libraries } from './libraries/libraries.ts'
import { messageTemplate } from './libraries/message-template.ts'
import { lineHead } from './line-head.ts'
import { attributeNames } from './names/attribute-names.ts'
import { durations } from './names/durations.ts'
import { errorAttributes } from './names/error-attributes.ts'
import { promote, promoteMessage } from './promote/promote.ts'
import { traceparent } from './promote/traceparent.ts'
import type { Step } from './step.ts'
import { readingTime, timeAttributes } from './time/time-attributes.ts'

/** What attributes say together: whose they are, what they are called here, and the message. */
const UNDERSTOOD: readonly Step[] = [
  messageTemplate,
  libraries,
  attributeNames,
  errorAttributes,
  promoteMessage,
]

/**
 * What every event goes through, in this order: the line is found and parsed, which may give another message; then level and time are taken (they
 * look at names that `promote` would move), then the own fields, then what only the text says, last the defaults.
 */
export const STANDARD_STEPS: readonly Step[] = [
  ...UNDERSTOOD,
  parseLines,
  ...UNDERSTOOD,
  levelAttributes,
  timeAttributes,
  promote,
  traceparent,
  durations,
  lineHead,
  readingTime,
  idsInText,
  defaults,
]

/** For events that say everything under the names of the product: nothing is read out of their texts. */
export const PLAIN_STEPS: readonly Step[] = [levelAttributes, timeAttributes, readingTime, promote, defaults]
