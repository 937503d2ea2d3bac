import { randomUUID } from 'node:crypto'
import type { Nanos } from '@heartwood/event'
import type { ObjectStore } from '@heartwood/object-store'
import { ArchiveWriter } from '../../src/cold/archive/archive-writer.ts'
import { ColdCommitter } from '../../src/cold/manifest/cold-committer.ts'
import { ColdManifest } from '../../src/cold/manifest/cold-manifest.ts'
import { MIDNIGHT } from '../segments/store-content.ts'

interface Clocks {
  /** Epoch nanoseconds. */
  readonly now: () => Nanos
  /** Milliseconds. */
  readonly clock: () => number
}

/** What a process needs that changes an archive, alone in its objects as far as leases go. */
export function archiveParts(
  objects: ObjectStore,
  { now = () => MIDNIGHT, clock = () => performance.now() }: Partial<Clocks> = {},
) {
  const manifest = new ColdManifest({ objects, clock })
  const committer = new ColdCommitter({ objects, manifest, now, newName: randomUUID })
  const fenced = <T>(task: (epoch: bigint) => Promise<T>) => task(1n)
  return { objects, manifest, committer, fenced, clock, newName: randomUUID }
}

/** @param dir a scratch folder of its own */
export function openArchiveWriter(
  parts: ReturnType<typeof archiveParts>,
  dir: string,
): Promise<ArchiveWriter> {
  return ArchiveWriter.open({ ...parts, dir, waitingBytes: 1 << 20 })
}
