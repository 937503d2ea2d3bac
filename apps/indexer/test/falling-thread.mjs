import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

// Loaded into the indexer's process before its own code: makes its threads fall once there is a file named `fall`.
const sign = join(process.env.HEARTWOOD_DATA_DIR ?? '', 'fall')
if (!isMainThread) {
  setInterval(() => {
    if (existsSync(sign)) throw new Error('the thread fell')
  }, 20)
}
