import { HEALTHY } from '../shop/condition.ts'
import type { Entry } from '../shop/entry.ts'
import type { Script } from './incident.ts'
import { between } from './said.ts'

const NAME = 'CN=tokens.shop.internal'

/** The certificate that auth fetches its keys with is past its end: no token can be checked until a new one is there. */
export const expiredCertificate: Script = {
  cause: 'auth',
  conditionOf(service, at, { from }) {
    if (service !== 'auth') return HEALTHY
    const times = `current time ${iso(at)} is after ${iso(from)}`
    return {
      kind: 'failing',
      share: 0.6,
      failure: {
        service: 'auth',
        logger: 'keys',
        message: `cannot fetch signing keys: x509: certificate of ${NAME} has expired: ${times}`,
        fields: { url: 'https://tokens.shop.internal/keys', not_after: iso(from) },
        answer: 'auth answered 503',
      },
    }
  },
  lines({ from: begun, to: ended }, from, to) {
    const said = { kind: 'app', service: 'auth', logger: 'keys' } as const
    const lines: readonly Entry[] = [
      { ...said, at: begun - 20_000, level: 'warn', message: `certificate of ${NAME} ends in 20s` },
      { ...said, at: ended, level: 'info', message: `certificate of ${NAME} renewed, signing keys fetched` },
    ]
    return between(lines, from, to)
  },
}

function iso(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, 19)}Z`
}
