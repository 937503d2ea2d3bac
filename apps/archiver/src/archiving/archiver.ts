import { setTimeout as pause } from 'node:timers/promises'
import { Room } from '@heartwood/indexing'
import { LogStoreError } from '@heartwood/log-store'
import type { ArchiveWriter } from '@heartwood/log-store/cold'
import { STANDARD_STEPS } from '@heartwood/pipeline'
import { type GroupConsumer, QueueError } from '@heartwood/queue'
import { type App, noteObstacle } from '@heartwood/runtime'
import { archiveMember } from './archive-member.ts'

export interface ArchiverOptions {
  /** Joins the group anew; waits while the queue is away. */
  readonly openConsumer: () => Promise<GroupConsumer>
  readonly writer: ArchiveWriter
  /** What is gathered goes to the archive from so many bytes of files on, and after so many milliseconds. */
  readonly segmentBytes: number
  readonly afterMillis: number
  readonly log: App['log']
  readonly notReady: Map<string, string>
  /** Epoch nanoseconds. */
  readonly now: () => bigint
  readonly onAbsorbed?: (batches: number) => void
  readonly onMoved?: () => void
  /** Of what was gathered when partitions are taken away or the app stops; default 7,000, less than an app has for its stop. */
  readonly graceMillis?: number
  readonly tickMillis?: number
}

export interface Archiver {
  readonly partitions: ReadonlySet<number>
  lag(): Promise<ReadonlyMap<number, bigint>>
  /** Resolves when it has ended after `stop()`. Rejects where waiting does not help. */
  readonly done: Promise<void>
  /** Leaves the group; what was gathered is archived, if that can be done soon, else the next reads it again. */
  stop(): Promise<void>
}

/** Inflated bytes of records that are being decoded. */
const ROOM_BYTES = 16 << 20
const GRACE_MILLIS = 7_000
const TICK_MILLIS = 500

/** The running archiver: a member of the group, and the clock that says when what was gathered goes to the archive. */
export function startArchiver(options: ArchiverOptions): Archiver {
  const { writer, log, segmentBytes, afterMillis } = options
  const stopping = new AbortController()
  let consumer: GroupConsumer | undefined
  let partitions: ReadonlySet<number> = new Set()
  let fault: unknown

  /** What is archived need not be read again; that it is not kept does no harm. */
  const archive = async (signal?: AbortSignal): Promise<void> => {
    const outcome = await writer.archive(signal)
    noteObstacle(options, 'the archive', undefined)
    if (outcome.kind === 'moved') {
      options.onMoved?.()
      log.warn(
        { partitions: outcome.partitions },
        'another archiver had partitions of ours: they are read again',
      )
      await again()
      return
    }
    for (const { partition, to } of outcome.ranges)
      await consumer?.commit(partition, to).catch((error: unknown) => {
        if (!(error instanceof QueueError) && !(error instanceof RangeError)) throw error
      })
  }
  /** Forgets what was gathered and joins the group anew, which delivers it again. */
  const again = async (): Promise<void> => {
    await writer.discard()
    const leaving = consumer
    consumer = undefined
    leaving
      ?.close()
      .catch((error: unknown) => log.warn({ err: error }, 'the group could not be left in order'))
  }
  const leave = async (): Promise<void> => {
    try {
      await archive(AbortSignal.timeout(options.graceMillis ?? GRACE_MILLIS))
    } catch (error) {
      log.warn({ err: error }, 'what was gathered could not be archived in time: it is read again')
      await again()
    }
  }
  const tick = async (): Promise<void> => {
    const { bytes, millis } = writer.waiting
    if (!writer.isStoring && bytes < segmentBytes && millis < afterMillis) return
    try {
      await archive(stopping.signal)
    } catch (error) {
      if (stopping.signal.aborted) return
      if (!isPassing(error)) throw error
      noteObstacle(options, 'the archive', error instanceof Error ? error.message : String(error))
    }
  }
  const ticking = (async () => {
    while (!stopping.signal.aborted) {
      await pause(options.tickMillis ?? TICK_MILLIS, undefined, { signal: stopping.signal }).catch(
        () => undefined,
      )
      if (stopping.signal.aborted) return
      await tick()
      noteObstacle(options, 'the queue', consumer?.trouble())
    }
  })()
  const reading = (async () => {
    const room = new Room(ROOM_BYTES)
    while (!stopping.signal.aborted) {
      const opened = await options.openConsumer()
      consumer = opened
      if (stopping.signal.aborted) return opened.close()
      const member = archiveMember({
        ...{ writer, room, log, leave },
        steps: STANDARD_STEPS,
        now: options.now,
        absorbed: (batches) => options.onAbsorbed?.(batches),
        assigned: (ours) => {
          partitions = new Set(ours)
        },
      })
      await opened.run(member)
    }
  })()
  const end = async (): Promise<void> => {
    stopping.abort()
    await consumer?.close()
  }
  const done = Promise.all([ticking, reading]).then(() => {
    if (fault !== undefined) throw fault
  })
  done.catch((error: unknown) => {
    fault = error
    return end().catch(() => undefined)
  })
  return {
    get partitions() {
      return partitions
    },
    lag: async () => (await consumer?.lag()) ?? new Map(),
    done,
    async stop() {
      await end()
      await Promise.allSettled([ticking, reading])
    },
  }
}

/** Whether the archive or this machine's disk may take it later. */
function isPassing(error: unknown): boolean {
  if (error instanceof LogStoreError) return error.code === 'unavailable' || error.code === 'disk_full'
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}
