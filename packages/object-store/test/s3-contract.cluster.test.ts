import { randomUUID } from 'node:crypto'
import { s3Place } from '../../../scripts/stack/s3.ts'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { objectStoreContract } from '../src/contract.ts'
import type { ObjectStore } from '../src/index.ts'
import { openS3Objects } from '../src/s3/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

objectStoreContract('s3', async () => {
  const place = s3Place(await sharedServer('s3'), `t-${randomUUID()}/`)
  const directory = await temporaryDirectory()
  const opened: ObjectStore[] = []
  return {
    folder: directory.path,
    many: 1_234,
    async open() {
      const store = openS3Objects(place)
      opened.push(store)
      return store
    },
    async [Symbol.asyncDispose]() {
      for (const store of opened) await store.close()
      await directory[Symbol.asyncDispose]()
    },
  }
})
