import { type DurableFiles, localFiles } from '../../segments/files/durable-files.ts'

/** Files that nobody needs after a power cut: what they hold is read from the queue again. */
export const scratchFiles: DurableFiles = {
  ...localFiles,
  async create(path) {
    const file = await localFiles.create(path)
    return { ...file, sync: async () => undefined }
  },
  syncDirectory: async () => undefined,
}
