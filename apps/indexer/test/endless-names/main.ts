import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openSegmentsReader } from '@heartwood/log-store'
import { parse } from '@heartwood/query-lang'
import { type Product, residentMib, startProduct } from '../bad-input/product.ts'
import { EVERYTHING } from '../running-indexer.ts'

/**
 * An hour of a sender that never uses the name of a field twice, as fast as it goes: a million names through ingest, indexer and a
 * reader as apps/query has it. Each must hold about as much at the end as it did after the first fifth.
 *   node apps/indexer/test/endless-names/main.ts [--names 1000000]
 */
const names = Number(process.argv[process.argv.indexOf('--names') + 1]) || 1_000_000
const NAMES_PER_EVENT = 5
const EVENTS_PER_BODY = 500
const NAMES_PER_BODY = NAMES_PER_EVENT * EVENTS_PER_BODY
/** What may come and go in a process that works; a catalog of all names would be several times that. */
const MOST_GROWTH_MIB = 150

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

await using product = await startProduct()
const reader = await openSegmentsReader({ dir: join(product.dir, 'store') })
const bodies = Math.ceil(names / NAMES_PER_BODY)
let first: Held | undefined
let last: Held | undefined
for (let part = 1; part <= 5; part++) {
  for (let n = Math.floor((bodies * (part - 1)) / 5); n < Math.floor((bodies * part) / 5); n++) await send(n)
  await allFound(Math.floor((bodies * part) / 5) * EVENTS_PER_BODY)
  last = await held(product)
  first ??= last
  console.log(`${part * 20} % of ${names} names: ${JSON.stringify(last)}`)
}
const fields = await reader.fields({ range: EVERYTHING })
const lastName = `name-${bodies - 1}-${NAMES_PER_BODY - 1}`
const { events } = await reader.search({ query: parse(`${lastName}:*`).query, range: EVERYTHING, limit: 10 })
console.log(
  `a million names: ${fields.length} have columns, ${events.length} event is found by the last name`,
)
if (events.length !== 1) throw new Error(`${events.length} events are found by ${lastName}`)
await reader.close()

for (const who of ['ingest', 'indexer', 'reader'] as const) {
  const growth = (last?.[who] ?? 0) - (first?.[who] ?? 0)
  if (growth > MOST_GROWTH_MIB) throw new Error(`${who} holds ${growth} MiB more than after the first fifth`)
}

/** Waits until so many events are found, as long as more of them are from time to time. */
async function allFound(events: number): Promise<void> {
  let found = 0
  let since = Date.now()
  while (found < events) {
    // Seldom, since counting takes processor from what it waits for.
    await new Promise((resolve) => setTimeout(resolve, 500))
    await reader.refresh()
    const now = await reader.count({ query: parse('*').query, range: EVERYTHING })
    if (now > found) since = Date.now()
    else if (Date.now() - since > 120_000) throw new Error(`only ${now} of ${events} events are found`)
    found = now
  }
}

interface Held {
  readonly ingest: number
  readonly indexer: number
  readonly reader: number
  readonly manifest: number
}

async function send(n: number): Promise<void> {
  const lines = Array.from({ length: EVENTS_PER_BODY }, (_, line) =>
    JSON.stringify(
      Object.fromEntries(
        Array.from({ length: NAMES_PER_EVENT }, (_, k) => [`name-${n}-${line * NAMES_PER_EVENT + k}`, k]),
      ),
    ),
  )
  const answer = await fetch(`${product.ingest.url}/ingest`, { method: 'POST', body: lines.join('\n') })
  await answer.arrayBuffer()
  if (answer.status === 429) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return send(n)
  }
  if (answer.status !== 200) throw new Error(`answered ${answer.status}`)
}

/** MiB that each holds: resident memory of the processes, heap of the reader, files of the manifest. */
async function held({ dir, ingest, indexer }: Product): Promise<Held> {
  if (typeof collect === 'function') collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return {
    ingest: Math.round((await residentMib(ingest.child)) ?? 0),
    indexer: Math.round((await residentMib(indexer.child)) ?? 0),
    reader: Math.round((heapUsed + arrayBuffers) / 1024 / 1024),
    manifest: Math.round(((await bytesIn(join(dir, 'store', 'manifest'))) / 1024 / 1024) * 10) / 10,
  }
}

async function bytesIn(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) =>
        stat(join(file.parentPath, file.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
