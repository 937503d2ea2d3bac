import { logStoreContract, type OpenStore } from '../src/contract.ts'
import type { LogWriter } from '../src/port.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { openRemoteReader } from './cold/open-remote-reader.ts'
import { temporaryFolder } from './segments/store-content.ts'

/** Stores whose sealed segments are read out of an object store. */
function remoteSegments(cacheBytes: number): OpenStore<LogWriter> {
  return async (settings) => {
    const folder = await temporaryFolder()
    const { dir } = folder
    const openBoth = async () => {
      const writer = await openSegmentsWriter({ dir, ...settings, maxBytes: 1e9, ballastBytes: 0 })
      return { writer, reader: (await openRemoteReader(dir, { waiting: 1000, cacheBytes })).reader }
    }
    let { writer, reader } = await openBoth()
    const closeBoth = async () => {
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
        await closeBoth()
        ;({ writer, reader } = await openBoth())
      },
      async [Symbol.asyncDispose]() {
        await closeBoth()
        await folder[Symbol.asyncDispose]()
      },
    }
  }
}

logStoreContract(
  'segments in an object store, a cache that lets go of them again and again',
  remoteSegments(200_000),
)
