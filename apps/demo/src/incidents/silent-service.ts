import { HEALTHY } from '../shop/condition.ts'
import type { Entry } from '../shop/entry.ts'
import { every } from '../shop/every.ts'
import type { Script } from './incident.ts'
import { between, kubelet } from './said.ts'

const SPOOL = '/var/spool/labels'

/** Shipping runs out of disk, says so once, and then nothing; its callers wait in vain until it is restarted. */
export const silentService: Script = {
  cause: 'shipping',
  conditionOf: (service) => (service === 'shipping' ? { kind: 'silent' } : HEALTHY),
  lines({ from: begun, to: ended }, from, to) {
    const probe = { pod: 'shipping-6c9f7d5b8-x2x7q', probe: 'liveness' }
    const failed = 'Liveness probe failed: Get "http://10.1.3.8:8080/healthz": context deadline exceeded'
    const said = { kind: 'app', service: 'shipping', logger: 'shipping.labels' } as const
    const lines: readonly Entry[] = [
      { ...said, at: begun - 25_000, level: 'warn', message: `${SPOOL} is 97% full` },
      {
        ...said,
        at: begun,
        level: 'fatal',
        message: `no space left on ${SPOOL}: the label printer is stuck, waiting for space`,
        stack: [
          'Traceback (most recent call last):',
          '  File "/app/shipping/labels.py", line 88, in store',
          '    spool.write(label.pdf)',
          `OSError: [Errno 28] No space left on device: '${SPOOL}/batch-0419.pdf'`,
        ],
      },
      ...every(30_000, begun % 30_000, begun + 30_000, ended).map((at) => kubelet(at, 'warn', failed, probe)),
      kubelet(ended, 'info', 'Container shipping failed liveness probe, will be restarted', probe),
      {
        ...said,
        at: ended + 4_000,
        level: 'info',
        logger: 'shipping.main',
        message: `started, ${SPOOL} emptied`,
      },
    ]
    return between(lines, from, to)
  },
}
