import { HEALTHY } from '../shop/condition.ts'
import type { Entry } from '../shop/entry.ts'
import type { Script } from './incident.ts'
import { between } from './said.ts'

const PID = 7990
const SESSION = 'migrate@shop'
const MIGRATION = 'ALTER TABLE stock ADD COLUMN bin text NOT NULL DEFAULT gen_bin()'

/** A migration that rewrites the stock table holds its lock: whoever reserves stock waits, and gives up. */
export const slowDatabase: Script = {
  cause: 'database',
  conditionOf: (service) =>
    service === 'database'
      ? { kind: 'locked', table: 'stock', holder: `${MIGRATION} (${SESSION})`, holderPid: PID }
      : HEALTHY,
  lines({ from: begun, to: ended }, from, to) {
    const said = {
      kind: 'statement',
      service: 'database',
      severity: 'LOG',
      pid: PID,
      session: SESSION,
    } as const
    const seconds = Math.round((ended - begun) / 1_000)
    const lines: readonly Entry[] = [
      { ...said, at: begun, message: `statement: ${MIGRATION}` },
      { ...said, at: ended, message: `duration: ${seconds}000.412 ms  statement: ${MIGRATION}` },
    ]
    return between(lines, from, to)
  },
}
