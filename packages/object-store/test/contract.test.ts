import { join } from 'node:path'
import { objectStoreContract } from '../src/contract.ts'
import { memoryObjects, type ObjectStore, openFolderObjects } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

objectStoreContract('memory', async () => {
  const directory = await temporaryDirectory()
  const shared = memoryObjects()
  return {
    folder: directory.path,
    many: 40,
    open: async () => sharing(shared),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
})

/** A store of its own on what the other has: closing it closes only this one. */
function sharing(shared: ObjectStore): ObjectStore {
  let closed: ObjectStore | undefined
  const current = () => closed ?? shared
  return {
    put: (...put) => current().put(...put),
    putFile: (...put) => current().putFile(...put),
    get: (...get) => current().get(...get),
    size: (...size) => current().size(...size),
    list: (...list) => current().list(...list),
    delete: (...keys) => current().delete(...keys),
    async close() {
      closed = memoryObjects()
      await closed.close()
    },
  }
}

objectStoreContract('folder', async () => {
  const directory = await temporaryDirectory()
  return {
    folder: directory.path,
    many: 40,
    open: () => openFolderObjects(join(directory.path, 'objects'), Date.now()),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
})
