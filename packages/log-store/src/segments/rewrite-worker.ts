import { parentPort, workerData } from 'node:worker_threads'
import { LogStoreError } from '../port.ts'
import { localFiles } from './durable-files.ts'
import { RewriteJob, rewriteSegments } from './rewrite.ts'
import { RewriteErrorCode, type RewriteReply, toJson } from './rewrite-thread.ts'
import { asStoreError } from './store-error.ts'

/** The thread of one rewrite: the job comes as workerData, the reply as one message; both are JSON text. */
async function reply(): Promise<RewriteReply> {
  try {
    const job = RewriteJob.parse(JSON.parse(String(workerData)))
    return { ok: true, rewritten: [...(await rewriteSegments(localFiles, job))] }
  } catch (thrown) {
    const error = asStoreError(thrown)
    const code = error instanceof LogStoreError ? RewriteErrorCode.safeParse(error.code).data : undefined
    const message = error instanceof Error ? error.message : String(error)
    return { ok: false, message, ...(code !== undefined && { code }) }
  }
}

parentPort?.postMessage(toJson(await reply()))
