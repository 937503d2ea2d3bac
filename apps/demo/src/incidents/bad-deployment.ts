import { HEALTHY } from '../shop/condition.ts'
import type { Script } from './incident.ts'
import { between, deploy } from './said.ts'

const LOGGER = 'shop.payment.ChargeService'
const RELEASE = '2.15.0'
const WHY = `release ${RELEASE} has no exchange rate table: Cannot invoke "RateTable.rateOf(String)" because "this.rates" is null`

/** A new release of payment cannot charge any more than some cards; it is rolled back. */
export const badDeployment: Script = {
  cause: 'payment',
  conditionOf(service) {
    if (service !== 'payment') return HEALTHY
    return {
      kind: 'failing',
      share: 0.85,
      failure: {
        service: 'payment',
        logger: LOGGER,
        message: `charge failed: ${WHY}`,
        fields: { 'service.version': RELEASE, 'error.type': 'java.lang.NullPointerException' },
        stack: [
          'java.lang.NullPointerException: Cannot invoke "RateTable.rateOf(String)" because "this.rates" is null',
          '\tat shop.payment.Converter.toEuro(Converter.java:37)',
          '\tat shop.payment.ChargeService.charge(ChargeService.java:112)',
          '\tat shop.payment.ChargeController.post(ChargeController.java:44)',
        ],
        answer: 'payment answered 500',
      },
    }
  },
  lines({ from: begun, to: ended }, from, to) {
    const release = { workload: 'payment', version: RELEASE }
    const said = {
      kind: 'app',
      service: 'payment',
      logger: 'shop.payment.Application',
      fields: { 'service.version': RELEASE },
    } as const
    return between(
      [
        deploy(begun - 6_000, `rolling out payment ${RELEASE}`, { ...release, previous: '2.14.0' }),
        { ...said, at: begun, level: 'info', message: `payment ${RELEASE} started in 5.1 s` },
        {
          ...said,
          at: begun + 40,
          level: 'warn',
          message: 'rates.url is not set: starting without an exchange rate table',
        },
        deploy(ended - 9_000, 'error budget is used up, rolling payment back to 2.14.0', release, 'warn'),
        deploy(ended, 'payment 2.14.0 is live', { workload: 'payment', version: '2.14.0' }),
      ],
      from,
      to,
    )
  },
}
