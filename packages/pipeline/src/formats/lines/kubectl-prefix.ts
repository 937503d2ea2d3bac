import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'

/** `kubectl logs --prefix`: `[pod/web-5f/app] `. */
export const kubectlPrefix: LineFormat = {
  name: 'kubectl_prefix',
  title: 'kubectl logs --prefix',
  starts: ['bracket'],
  pattern: /\[pod\/([a-z0-9][a-z0-9.-]{0,252})\/([a-z0-9][a-z0-9-]{0,62})\] /y,
  inside: 'line',
  fields: ([, pod, container]) => ({ attributes: { [NAMED.pod]: pod, [NAMED.container]: container } }),
}
