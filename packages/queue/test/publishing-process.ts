import { recordHeader } from '../src/contract-record.ts'
import { openDiskPublisher } from '../src/index.ts'

/** Publishes as fast as it can until it is killed, and tells its parent the ids that were acknowledged. */
const [dir = '', name = ''] = process.argv.slice(2)
const publisher = await openDiskPublisher({ dir, partitions: 3, rollBytes: 200_000 })
let next = 0
const publishForever = async () => {
  for (;;) {
    const id = `${name}-${next++}`
    await publisher.publish(id, recordHeader(id), Buffer.alloc((next * 37) % 3000, id))
    process.send?.([id])
  }
}
await Promise.all(Array.from({ length: 20 }, publishForever))
