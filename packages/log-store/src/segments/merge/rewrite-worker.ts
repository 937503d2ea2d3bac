import { parentPort } from 'node:worker_threads'
import { LogStoreError } from '../../port.ts'
import { localFiles } from '../files/durable-files.ts'
import { printJson } from '../manifest/manifest-format.ts'
import { asStoreError } from '../store-error.ts'
import { RewriteJob, rewriteSegments } from './rewrite.ts'
import { RewriteErrorCode, type RewriteReply } from './rewrite-thread.ts'
import { yieldToOthers } from './thread-priority.ts'

/** The thread of rewrites: a job comes as a message, the reply goes as one; both are JSON text. */
async function replyTo(text: string): Promise<RewriteReply> {
  try {
    const job = RewriteJob.parse(JSON.parse(text))
    return { ok: true, rewritten: [...(await rewriteSegments(localFiles, job))] }
  } catch (thrown) {
    const error = asStoreError(thrown)
    const code = error instanceof LogStoreError ? RewriteErrorCode.safeParse(error.code).data : undefined
    const message = error instanceof Error ? error.message : String(error)
    return { ok: false, message, ...(code !== undefined && { code }) }
  }
}

yieldToOthers()
parentPort?.on('message', async (job: unknown) => {
  parentPort?.postMessage(printJson(await replyTo(String(job))))
})
