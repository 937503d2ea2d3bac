import { parentPort } from 'node:worker_threads'
import { type LogAppender, LogStoreError } from '../../src/port.ts'
import { connectSegmentsAppender } from '../../src/segments/append/connect-appender.ts'
import type { ThreadAnswer, ThreadAsk, ThreadMessage, ThreadQuestion } from './appender-thread.ts'
import { batchOf } from './store-content.ts'

/** The thread of an AppenderThread: does what it is asked with real appenders, and says what came of it. */
const appenders = new Map<number, LogAppender>()

parentPort?.on('message', async ({ id, store, ask }: ThreadQuestion) => {
  try {
    say({ kind: 'answer', id, answer: await answerTo(store, ask) })
  } catch (error) {
    const code = error instanceof LogStoreError ? error.code : undefined
    say({ kind: 'error', id, code, message: error instanceof Error ? error.message : String(error) })
  }
})

async function answerTo(store: number, ask: ThreadAsk): Promise<ThreadAnswer> {
  if (ask.kind === 'connect') {
    const appender = await connectSegmentsAppender(ask.port)
    appender.onFlush((partition) => say({ kind: 'flush', store, partition }))
    appenders.set(store, appender)
    return {}
  }
  const appender = appenders.get(store)
  if (appender === undefined) throw new Error(`no appender ${store}`)
  switch (ask.kind) {
    case 'append':
      return appender.append({ ...ask.append, events: batchOf(ask.drafts) })
    case 'show':
      return appender.show({ ...ask.show, events: batchOf(ask.drafts) })
    case 'check':
      await appender.check(batchOf(ask.drafts))
      return {}
    case 'seenBatches':
      return { seen: await appender.seenBatches(ask.partition, ask.batchIds) }
    case 'position':
      return { position: appender.position(ask.partition) }
    case 'close':
      await appender.close()
      return {}
  }
}

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message)
}
