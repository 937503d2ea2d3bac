import type { IdempotentWriter, Settlement } from '../../src/index.ts'

/** Writes to a second store the events of what is written to the first, as an archive has them; answers are those of the first. */
export function bothWriters(first: IdempotentWriter, second: IdempotentWriter): IdempotentWriter {
  const both = async <T>(write: (writer: IdempotentWriter) => Promise<T>): Promise<T> => {
    const [answer] = await Promise.all([write(first), write(second)])
    return answer
  }
  return {
    async write({ events, settle }, signal) {
      await second.write({ events, settle: () => NOTHING }, signal)
      await first.write({ events, settle }, signal)
    },
    delete: (request) => both((writer) => writer.delete(request)),
    enforceRetention: (now) => both((writer) => writer.enforceRetention(now)),
    dismissDeadLetters: (filter) => both((writer) => writer.dismissDeadLetters(filter)),
    close: () => both((writer) => writer.close()),
    receipts: (ids, signal) => first.receipts(ids, signal),
    stats: () => first.stats(),
  }
}

const NOTHING: Settlement = { deadLetters: [], receipts: [], replayed: [] }
