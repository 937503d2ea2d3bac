import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'

/** What containerd and CRI-O put around each line of a container: `2024-05-01T10:11:12.123456789Z stdout F `. */
export const cri: LineFormat = {
  name: 'cri',
  title: 'Containers of Kubernetes (CRI: containerd, CRI-O)',
  starts: ['iso'],
  pattern: / (stdout|stderr) [FP](?: |$)/my,
  inside: 'line',
  fields: ([, stream]) => ({ attributes: { [NAMED.stream]: stream } }),
}
