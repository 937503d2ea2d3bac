import { appendingTo, logStoreContract, sharedStoreContract } from '../src/contract.ts'
import type { IdempotentWriter } from '../src/index.ts'
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

sharedStoreContract(
  'memory, writers beside each other',
  async (settings) => {
    const data = memoryLogStore(settings)
    const reader = data.openReader()
    const writers: IdempotentWriter[] = []
    return {
      reader,
      async openWriter() {
        const writer = data.openIdempotentWriter()
        writers.push(writer)
        return writer
      },
      async [Symbol.asyncDispose]() {
        for (const writer of writers) await writer.close()
        await reader.close()
      },
    }
  },
  async (settings) => {
    const data = memoryLogStore(settings)
    const positions = new Map<number, bigint>()
    const open = () => ({ writer: data.openIdempotentWriter(), reader: data.openReader() })
    let opened = open()
    const close = async () => {
      await opened.reader.close()
      await opened.writer.close()
    }
    return {
      get writer() {
        return appendingTo(opened.writer, positions)
      },
      get reader() {
        return opened.reader
      },
      async reopen() {
        await close()
        opened = open()
      },
      [Symbol.asyncDispose]: close,
    }
  },
)
