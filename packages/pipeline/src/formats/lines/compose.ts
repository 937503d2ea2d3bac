import type { LineFormat } from './line.ts'
import { NAMED } from './named.ts'

/** `docker compose logs`: the container's name, which ends in its number, and a bar. */
export const compose: LineFormat = {
  name: 'docker_compose',
  title: 'docker compose logs',
  starts: ['word', 'number'],
  has: ' | ',
  pattern: /([A-Za-z0-9][\w.-]{0,100})[-_](\d{1,4}) +\| /y,
  inside: 'line',
  fields: ([, service, number]) => ({
    attributes: { [NAMED.service]: service, [NAMED.container]: `${service}-${number}` },
  }),
}
