import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, severityOf } from './values.ts'

/** `[2024-05-01 10:11:12,123] INFO [KafkaServer id=0] started (kafka.server.KafkaServer)`: the logger closes the line. */
export const kafka: LineFormat = {
  name: 'kafka',
  title: 'Kafka, Kafka Connect, Schema Registry',
  starts: ['bracketed'],
  pattern: new RegExp(
    `\\] (${LEVEL}) (?=[^\\n]{0,4000}\\(([A-Za-z_][\\w.$]{2,200})(?::(?:\\d{1,7}|\\?))?\\)$)`,
    'my',
  ),
  inside: 'level_known',
  fields: ([, level, logger]) => ({ severity: severityOf(level), attributes: { [NAMED.logger]: logger } }),
}
