import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { LogStoreError } from '../port.ts'
import { type Rewriter, Rewritten } from './rewrite.ts'

/** The codes of LogStoreErrors that a rewrite throws. */
export const RewriteErrorCode = z.enum(['corrupt', 'disk_full', 'newer_format', 'unsupported'])

/** What the thread answers; a code says that it is a LogStoreError. */
export const RewriteReply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), rewritten: z.array(Rewritten) }),
  z.object({
    ok: z.literal(false),
    code: RewriteErrorCode.optional(),
    message: z.string(),
  }),
])
export type RewriteReply = z.infer<typeof RewriteReply>

/** Rewrites in a thread that lives as long as the job, so that its memory goes with it. */
export const rewriteInThread: Rewriter = async (job) => {
  const worker = new Worker(new URL('./rewrite-worker.ts', import.meta.url), { workerData: toJson(job) })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  worker.once('message', (text) => resolve(String(text)))
  worker.once('error', reject)
  worker.once('exit', (code) => reject(new Error(`the thread that rewrites segments ended with ${code}`)))
  const reply = RewriteReply.parse(JSON.parse(await promise))
  if (reply.ok) return reply.rewritten
  throw reply.code === undefined ? new Error(reply.message) : new LogStoreError(reply.code, reply.message)
}

/** JSON with int64 as decimal text, as the schemas of the manifest read it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))
}
