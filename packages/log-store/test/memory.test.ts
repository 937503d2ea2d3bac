import { logStoreContract } from '../src/contract.ts'
import { memoryLogStore } from '../src/memory/memory-log-store.ts'

logStoreContract('memory', async (settings) => {
  const data = memoryLogStore(settings)
  let writer = data.openWriter()
  let reader = data.openReader()
  const close = async () => {
    await reader.close()
    await writer.close()
  }
  return {
    get writer() {
      return writer
    },
    get reader() {
      return reader
    },
    async reopen() {
      await close()
      writer = data.openWriter()
      reader = data.openReader()
    },
    [Symbol.asyncDispose]: close,
  }
})
