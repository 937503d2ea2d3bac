import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'
import { severityOf, whole } from './values.ts'

const TRACE = /^(?:([^,]{0,100}),)?([0-9a-f]{32}|[0-9a-f]{16})[,-]([0-9a-f]{16})/

/**
 * `INFO 4711 --- [shop] [nio-8080-exec-1] com.shop.Cart : ...`. Spring Boot 3 puts the application's name before the thread and trace and span
 * behind it; Sleuth puts all three before the process.
 */
export const springBoot: LineFormat = {
  name: 'spring_boot',
  title: 'Spring Boot, with and without Sleuth or Micrometer tracing',
  starts: ['iso'],
  has: ' --- [',
  pattern:
    / +(TRACE|DEBUG|INFO|WARN|ERROR|FATAL) (?:\[([^\]]{0,200})\] )?(\d{1,10}) --- ((?:\[[^\]]{0,200}\] ?){1,3}) *([\w.$[\]/*-]{1,200}) +: ?/y,
  inside: 'level_known',
  fields([, level, sleuth = '', pid, groups = '', logger]) {
    const named = groups.match(/[^[\]]+(?=\])/g)?.map((group) => group.trim()) ?? []
    const traced = TRACE.exec(sleuth) ?? TRACE.exec(named.at(-1) ?? '')
    const [first, second] = named
    return {
      severity: severityOf(level),
      attributes: {
        [NAMED.service]: traced?.[1] || (second === undefined ? undefined : first),
        [NAMED.threadName]: second ?? first,
        [NAMED.logger]: logger,
        [NAMED.pid]: whole(pid),
        [NAMED.traceId]: traced?.[2],
        [NAMED.spanId]: traced?.[3],
      },
    }
  },
}
