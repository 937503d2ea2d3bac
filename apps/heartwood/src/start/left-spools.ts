import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { spoolHolds } from '@heartwood/queue/spool'
import { Refusal } from './refusal.ts'

/**
 * What waited for Kafka lies in a folder of each ingest, and only that ingest sends it on. Throws Refusal where one holds
 * records that were acknowledged and none of these instances is to run, such as after a start with fewer of them.
 */
export async function refuseLeftSpools(
  dataFolder: string,
  instances: readonly { readonly name: string }[],
): Promise<void> {
  const running = new Set(instances.map(({ name }) => name))
  for (const name of await readdir(dataFolder)) {
    const number = /^ingest-(\d+)$/.exec(name)?.[1]
    const spool = join(dataFolder, name, 'spool')
    if (number === undefined || running.has(name) || !existsSync(join(spool, 'queue.json'))) continue
    if (await spoolHolds(spool))
      throw new Refusal(
        `${spool} holds logs that were accepted and are not in Kafka yet, and no ingest of this start would send them on: start the cluster with --instances ${number} or more, ingest among its apps, until Kafka has them.`,
      )
  }
}
