import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'

/** A row of `kubectl get events`, also with `-A`. Its time is how long ago it was, so the event has none. */
export const kubernetesEvents: LineFormat = {
  name: 'kubernetes_events',
  title: 'kubectl get events',
  starts: ['number', 'word'],
  pattern:
    /(?:([a-z0-9][a-z0-9-]{0,62}) +)?(?:\d{1,5}[smhd]){1,2} +(Normal|Warning) +([A-Z]\w{1,100}) +([a-z]{2,40})\/([a-z0-9][a-z0-9.-]{0,252}) +/y,
  inside: 'opaque',
  fields: ([, namespace, type, reason, kind, name]) => ({
    severity: type === 'Warning' ? 13 : 9,
    attributes: {
      [NAMED.namespace]: namespace,
      [NAMED.eventReason]: reason,
      [NAMED.objectKind]: kind,
      [NAMED.objectName]: name,
      [NAMED.pod]: kind === 'pod' ? name : undefined,
    },
  }),
}
