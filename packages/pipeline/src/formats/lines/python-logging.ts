import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, NO_FAILURE, severityOf } from './values.ts'

/** `2024-05-01 10:11:12,123 - shop.cart - INFO - ...`, as the tutorial has it, and `[INFO] shop.cart: ...`. */
export const pythonLogging: LineFormat = {
  name: 'python_logging',
  title: 'Python logging with names between dashes, or the level in brackets',
  starts: ['iso'],
  pattern: new RegExp(
    `(?: - ([\\w.]{1,200}) - (${LEVEL}) - | - (${LEVEL}) - ([\\w.]{1,200}) - | \\[(${LEVEL}) *\\] ${NO_FAILURE}([A-Za-z_][\\w.]{0,200}): )`,
    'y',
  ),
  inside: 'level_known',
  fields: ([, first, behind, before, second, bracketed, third]) => ({
    severity: severityOf(behind ?? before ?? bracketed),
    attributes: { [NAMED.logger]: first ?? second ?? third },
  }),
}
