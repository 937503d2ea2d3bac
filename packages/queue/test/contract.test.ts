import { queueContract } from '../src/contract.ts'
import {
  MemoryQueue,
  openDiskConsumer,
  openDiskPublisher,
  type QueueConsumer,
  type QueuePublisher,
} from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

queueContract('memory', async (options) => {
  const queue = new MemoryQueue(options)
  return {
    publisher: async () => queue.publisher(),
    consumer: async () => queue.consumer(),
    [Symbol.asyncDispose]: async () => {},
  }
})

const diskQueue =
  (rollBytes: number | undefined) => async (options: { partitions: number; limitBytes?: number }) => {
    const directory = await temporaryDirectory()
    const open: (QueuePublisher | QueueConsumer)[] = []
    const dir = `${directory.path}/queue`
    return {
      async publisher() {
        const publisher = await openDiskPublisher({ dir, ...options, ...(rollBytes && { rollBytes }) })
        open.push(publisher)
        return publisher
      },
      async consumer() {
        const consumer = await openDiskConsumer({ dir, partitions: options.partitions })
        open.push(consumer)
        return consumer
      },
      async [Symbol.asyncDispose]() {
        for (const one of open) await one.close()
        await directory[Symbol.asyncDispose]()
      },
    }
  }
queueContract('disk', diskQueue(undefined))
queueContract('disk with a new file every few records', diskQueue(2000))
