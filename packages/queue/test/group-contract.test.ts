import { groupConsumerContract } from '../src/group-contract.ts'
import { MemoryGroup, MemoryQueue } from '../src/index.ts'

groupConsumerContract('memory', async ({ partitions }) => {
  const queue = new MemoryQueue({ partitions })
  const groups = new Map<string, MemoryGroup>()
  return {
    sessionMillis: 50,
    publisher: async () => queue.publisher(),
    member: async ({ group = 'indexer', ...options } = {}) => {
      const found = groups.get(group) ?? new MemoryGroup(queue.consumer())
      groups.set(group, found)
      return found.member({ group, ...options })
    },
    [Symbol.asyncDispose]: async () => {},
  }
})
