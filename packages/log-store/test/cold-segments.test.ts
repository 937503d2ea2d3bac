import { logStoreContract, type OpenStore } from '../src/contract.ts'
import type { LogWriter } from '../src/port.ts'
import { openSegmentsWriter } from '../src/segments/open-writer.ts'
import { openRemoteReader } from './cold/open-remote-reader.ts'
import { temporaryFolder } from './segments/store-content.ts'
import { reopening } from './stores/reopening.ts'

/** Stores whose sealed segments are read out of an object store. */
function remoteSegments(cacheBytes: number): OpenStore<LogWriter> {
  return async (settings) => {
    const folder = await temporaryFolder()
    const { dir } = folder
    return reopening(
      async () => {
        const writer = await openSegmentsWriter({ dir, ...settings, maxBytes: 1e9, ballastBytes: 0 })
        return { writer, reader: (await openRemoteReader(dir, { waiting: 1000, cacheBytes })).reader }
      },
      () => folder[Symbol.asyncDispose](),
    )
  }
}

logStoreContract(
  'segments in an object store, a cache that lets go of them again and again',
  remoteSegments(200_000),
)
