import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goProgramWithin } from '../../scripts/stack/go.ts'
import { type Agent, type Destination, startAgent } from './agent.ts'

const FILEBEAT = {
  path: 'github.com/elastic/beats/v7',
  version: 'v7.17.29',
  name: 'filebeat',
  main: 'filebeat',
} as const

export const filebeat: Agent = {
  name: 'Filebeat',
  async start(log, to, folder) {
    const command = await goProgramWithin(FILEBEAT)
    const config = join(folder, 'filebeat.yml')
    await writeFile(config, configOf(log, to))
    return startAgent(command, ['-e', '-c', config, '--path.home', folder, '--strict.perms=false'], folder)
  },
}

/** For a door as the page's own example has it. */
function configOf(log: string, to: Destination): string {
  const input = ['filebeat.inputs:', '  - type: filestream', '    id: my-app', `    paths: [${log}]`, '']
  return [...input, ...outputTo(to), ''].join('\n')
}

function outputTo(to: Destination): readonly string[] {
  switch (to.kind) {
    case 'http':
      return [
        'output.elasticsearch:',
        `  hosts: ["${to.url}"]`,
        '',
        'setup.template.enabled: false',
        'setup.ilm.enabled: false',
      ]
    case 'kafka':
      return ['output.kafka:', `  hosts: ["${to.broker}"]`, `  topic: "${to.topic}"`, '  compression: gzip']
  }
}
