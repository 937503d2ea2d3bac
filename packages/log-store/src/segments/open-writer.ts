import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'
import { Coordinator } from './append/coordinator.ts'
import { idxName, segmentsDirectory } from './append/segment-file.ts'
import { type ColdPlace, isCold } from './cold/cold-place.ts'
import { type DurableFiles, localFiles } from './files/durable-files.ts'
import { LiveSegments, removeLiveFiles } from './live/live-segments.ts'
import { Ballast, withBallast } from './manifest/ballast.ts'
import { BATCH_WINDOW, BatchWindow, type WindowLimits } from './manifest/batch-window.ts'
import { Committer } from './manifest/committer.ts'
import { ManifestLog } from './manifest/manifest-log.ts'
import type { ManifestState } from './manifest/manifest-state.ts'
import { decodeReceipts } from './manifest/receipt-file.ts'
import { RemovedFiles } from './manifest/removed-files.ts'
import type { RetentionLimits } from './manifest/retention.ts'
import { deadLettersDirectory, readSide, receiptsDirectory, shardsDirectory } from './manifest/side-files.ts'
import { MERGE_LIMITS, type MergeLimits } from './merge/merge-plan.ts'
import { type Rewriter, rewriteSegments } from './merge/rewrite.ts'
import { RewriteThread } from './merge/rewrite-thread.ts'
import { asStoreError } from './store-error.ts'
import { type SegmentsLogWriter, SegmentsWriter } from './writer.ts'

export interface SegmentsWriterOptions extends RetentionLimits {
  /** The folder of the store; made if it is missing. */
  readonly dir: string
  readonly now?: () => Nanos
  /** With files of its own the writer merges and deletes in its own thread instead of another. */
  readonly files?: DurableFiles
  /** How long a file outlives its place in the manifest, in nanoseconds: longer than any query. */
  readonly grace?: Nanos
  readonly batchWindow?: WindowLimits
  /** So many of the newest dead letters are kept, while they are within so many bytes and the retention. */
  readonly keepDeadLetters?: number
  readonly keepDeadLetterBytes?: number
  /** Limits of merges that are not to be the usual ones. */
  readonly merge?: Partial<MergeLimits>
  /** Bytes of manifest log before a new generation begins. */
  readonly rollBytes?: number
  /** Size of the file that is given up when the disk is full; by default 8 MB or less. */
  readonly ballastBytes?: number
  /** How long a delete waits for what is shown to be appended. */
  readonly flushMillis?: number
  /** Where old segments go; without it all stay in the folder. */
  readonly cold?: ColdPlace
}

const KEEP_DEAD_LETTERS = 10_000
const KEEP_DEAD_LETTER_BYTES = 100e6
const GRACE = 120_000n * NANOS_PER_MILLI
const ROLL_BYTES = 4 * 1024 * 1024

/**
 * Opens the store for writing. Fences off any writer before it, which then fails with `superseded`.
 * Throws LogStoreError `corrupt`, `newer_format` or `disk_full`.
 */
export async function openSegmentsWriter(options: SegmentsWriterOptions): Promise<SegmentsLogWriter> {
  const files = options.files ?? localFiles
  const ballast = new Ballast(files, options.dir, options.ballastBytes)
  try {
    for (const part of ['manifest', 'shards', 'segments', 'live', 'live-log', 'receipts', 'dead-letters']) {
      await files.makeDirectory(join(options.dir, part))
    }
    return await withBallast(ballast, () => openWriter(options, files, ballast))
  } catch (error) {
    throw asStoreError(error)
  }
}

async function openWriter(
  options: SegmentsWriterOptions,
  files: DurableFiles,
  ballast: Ballast,
): Promise<SegmentsLogWriter> {
  const { dir } = options
  const now = options.now ?? (() => BigInt(Date.now()) * NANOS_PER_MILLI)
  const { log, state } = await ManifestLog.open(files, dir)
  try {
    const removed = new RemovedFiles(files, options.grace ?? GRACE)
    const window = await loadWindow(files, dir, state)
    const epoch = String(log.owned).padStart(8, '0')
    // Where a folder was lost, its epochs begin anew, and names must not meet those that are in the place of old segments.
    const nextName = names(options.cold === undefined ? epoch : `${epoch}-${randomBytes(3).toString('hex')}`)
    const committer = new Committer({
      files,
      dir,
      log,
      state,
      window,
      windowLimits: options.batchWindow ?? BATCH_WINDOW,
      deadLetterLimits: {
        count: options.keepDeadLetters ?? KEEP_DEAD_LETTERS,
        bytes: options.keepDeadLetterBytes ?? KEEP_DEAD_LETTER_BYTES,
        retentionDays: options.retentionDays,
      },
      removed,
      rollBytes: options.rollBytes ?? ROLL_BYTES,
      now,
      nextName,
    })
    await committer.roll()
    // Not before: until the checkpoint is durable the last generation is the truth, and a writer that does not know yet
    // that it is superseded can still add a file to it.
    await removeOrphans(files, dir, [state, committer.state])
    await removeLiveFiles(files, dir)
    await ballast.restore(committer.checkpointBytes)
    const live = new LiveSegments({ files, dir, epoch: log.epoch, now })
    const { flushMillis } = options
    const coordinator = new Coordinator({ files, dir, committer, live, window, nextName, flushMillis })
    return new SegmentsWriter({
      files,
      dir,
      coordinator,
      committer,
      live,
      log,
      removed,
      ballast,
      now,
      nextName,
      merge: { ...MERGE_LIMITS, ...options.merge },
      rewriter: options.files === undefined ? new RewriteThread() : rewriterOf(files),
      retention: options,
      cold: options.cold,
      openedFrom: state.generation,
      grace: options.grace ?? GRACE,
    })
  } catch (error) {
    await log.close()
    throw error
  }
}

/** Rewrites in this thread. */
function rewriterOf(files: DurableFiles): Rewriter {
  return { run: (job) => rewriteSegments(files, job), close: async () => undefined }
}

/** File names that no other writer gives: the epoch is the generation this one created. */
function names(epoch: string): () => string {
  let count = 0
  return () => `${epoch}-${String(++count).padStart(6, '0')}`
}

/**
 * Files of commits that never happened, and of segments that a crash kept from being removed. What one of the states
 * names stays: readers may still follow the older one.
 */
async function removeOrphans(
  files: DurableFiles,
  dir: string,
  states: readonly ManifestState[],
): Promise<void> {
  const named = (filesOf: (state: ManifestState) => Iterable<string>) =>
    new Set(states.flatMap((state) => [...filesOf(state)]))
  const live: [string, ReadonlySet<string>][] = [
    [segmentsDirectory(dir), named((state) => segmentNames(state))],
    [shardsDirectory(dir), named((state) => state.shards.map(({ file }) => file))],
    [receiptsDirectory(dir), named((state) => state.receiptFiles.map(({ file }) => file))],
    [deadLettersDirectory(dir), named((state) => state.deadLetterFiles.map(({ file }) => file))],
  ]
  for (const [directory, named] of live) {
    for (const file of await files.list(directory)) {
      if (!named.has(file)) await files.remove(join(directory, file))
    }
  }
}

function segmentNames(state: ManifestState): string[] {
  const here = [...state.segments.values()].filter((segment) => !isCold(segment))
  return here.flatMap(({ file, idx }) => (idx === undefined ? [file] : [file, idxName(file)]))
}

async function loadWindow(files: DurableFiles, dir: string, state: ManifestState): Promise<BatchWindow> {
  const window = new BatchWindow()
  for (const info of state.receiptFiles) {
    const bytes = await readSide(files, join(receiptsDirectory(dir), info.file), info)
    window.addFile(
      info.partition,
      info.file,
      Array.from(decodeReceipts(bytes), ({ hash }) => hash),
    )
  }
  for (const { partition, entry } of state.receipts) window.addLogged(partition, [entry])
  return window
}
