import { logStoreContract, sharedStoreContract } from '../src/contract.ts'
import { memoryLogStore } from '../src/memory/memory-log-store.ts'
import { reopening, reopeningBehindAQueue, writtenBySeveral } from './stores/reopening.ts'

logStoreContract('memory', (settings) => {
  const data = memoryLogStore(settings)
  return reopening(() => ({ writer: data.openWriter(), reader: data.openReader() }))
})

sharedStoreContract(
  'memory, writers beside each other',
  async (settings) => {
    const data = memoryLogStore(settings)
    return writtenBySeveral({ reader: data.openReader(), openWriter: () => data.openIdempotentWriter() })
  },
  (settings) => {
    const data = memoryLogStore(settings)
    return reopeningBehindAQueue(() => ({ writer: data.openIdempotentWriter(), reader: data.openReader() }))
  },
)
