import type { AnyWriter, SharedStoreUnderTest, StoreUnderTest } from '../../src/contract.ts'
import { appendingTo } from '../../src/contract.ts'
import type { IdempotentWriter, LogReader } from '../../src/index.ts'

interface Closing {
  close(): Promise<void>
}

/** A writer and a reader of the same data. */
interface Opened<W extends Closing> {
  readonly writer: W
  readonly reader: LogReader
}

/** A store that can be closed and opened again. `remove` removes its data when it is done with. */
export async function reopening<W extends AnyWriter & Closing>(
  open: () => Promise<Opened<W>> | Opened<W>,
  remove: () => PromiseLike<void> = async () => undefined,
): Promise<StoreUnderTest<W>> {
  let opened = await open()
  const close = async () => {
    await opened.reader.close()
    await opened.writer.close()
  }
  return {
    get writer() {
      return opened.writer
    },
    get reader() {
      return opened.reader
    },
    async reopen() {
      await close()
      opened = await open()
    },
    async [Symbol.asyncDispose]() {
      await close()
      await remove()
    },
  }
}

/** The same of a store whose writers leave positions to the queue: they stay when it is opened again. */
export function reopeningBehindAQueue(
  open: () => Opened<IdempotentWriter>,
  remove?: () => PromiseLike<void>,
): Promise<StoreUnderTest> {
  const positions = new Map<number, bigint>()
  return reopening(() => {
    const { writer, reader } = open()
    return { writer: { ...appendingTo(writer, positions), close: () => writer.close() }, reader }
  }, remove)
}

/** A store that any number of writers write to. `remove` removes its data when it is done with. */
export function writtenBySeveral(
  { reader, openWriter }: { readonly reader: LogReader; readonly openWriter: () => IdempotentWriter },
  remove: () => PromiseLike<void> = async () => undefined,
): SharedStoreUnderTest {
  const writers: IdempotentWriter[] = []
  return {
    reader,
    async openWriter() {
      const writer = openWriter()
      writers.push(writer)
      return writer
    },
    async [Symbol.asyncDispose]() {
      for (const writer of writers) await writer.close()
      await reader.close()
      await remove()
    },
  }
}
