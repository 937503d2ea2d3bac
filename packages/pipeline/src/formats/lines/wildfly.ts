import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, severityOf } from './values.ts'

/** `10:11:12,123 ERROR [org.jboss.msc] (MSC service thread 1-2) ...`: WildFly, JBoss, Quarkus and Keycloak, which write the date too. */
export const wildfly: LineFormat = {
  name: 'wildfly',
  title: 'WildFly, JBoss, Quarkus, Keycloak',
  starts: ['iso', 'clock'],
  pattern: new RegExp(
    `(?:\\d\\d:\\d\\d:\\d\\d[.,]\\d{3,9})? +(${LEVEL}) +\\[([\\w.$/-]{1,200})\\] \\(([^)\\n]{1,200})\\) `,
    'y',
  ),
  inside: 'level_known',
  fields: ([, level, logger, thread]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.logger]: logger, [NAMED.threadName]: thread },
  }),
}
