import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { LEVEL, severityOf } from './values.ts'

/** `[2024-05-01T10:11:12,123][INFO ][o.e.n.Node               ] [node-1] started`. */
export const elasticsearch: LineFormat = {
  name: 'elasticsearch',
  title: 'Elasticsearch, OpenSearch, Logstash',
  starts: ['bracketed'],
  pattern: new RegExp(`\\]\\[(${LEVEL}) *\\]\\[([\\w.$]{1,200}) *\\] ?(?:\\[([^\\]\\n]{1,200})\\] ?)?`, 'y'),
  inside: 'level_known',
  fields: ([, level, logger, node]) => ({
    severity: severityOf(level),
    attributes: { [NAMED.logger]: logger, 'elasticsearch.node.name': node },
  }),
}
