import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aptInstall } from '../../scripts/stack/apt.ts'
import { type Agent, type Destination, startAgent } from './agent.ts'

const COMMAND = '/usr/sbin/rsyslogd'

export const rsyslog: Agent = {
  name: 'rsyslog',
  async start(log, to, folder) {
    if (!(await aptInstall('rsyslog', 'rsyslog-elasticsearch', 'rsyslog-kafka')))
      throw new Error(
        'rsyslog with its modules for Elasticsearch and Kafka is needed: install them and try again',
      )
    const config = join(folder, 'rsyslog.conf')
    await writeFile(config, configOf(log, to, folder))
    return startAgent(COMMAND, ['-n', '-f', config, '-i', join(folder, 'rsyslog.pid')], folder)
  },
}

function configOf(log: string, to: Destination, folder: string): string {
  return [
    `global(workDirectory="${folder}")`,
    'module(load="imfile")',
    `module(load="${to.kind === 'http' ? 'omelasticsearch' : 'omkafka'}")`,
    'template(name="event" type="list" option.jsonf="on") {',
    '  property(outname="hostname" name="hostname" format="jsonf")',
    '  property(outname="service" name="programname" format="jsonf")',
    '  property(outname="message" name="msg" format="jsonf")',
    '}',
    `input(type="imfile" file="${log}" tag="my-app")`,
    actionTo(to),
    '',
  ].join('\n')
}

function actionTo(to: Destination): string {
  switch (to.kind) {
    case 'http': {
      const { hostname, port } = new URL(to.url)
      return `action(type="omelasticsearch" server="${hostname}" serverport="${port}" searchIndex="logs" searchType="" template="event" bulkmode="on" action.resumeRetryCount="-1")`
    }
    case 'kafka':
      return `action(type="omkafka" broker="${to.broker}" topic="${to.topic}" template="event" action.resumeRetryCount="-1")`
  }
}
