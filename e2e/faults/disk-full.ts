import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '../free-ports.ts'
import { Load } from './load.ts'
import { Subject } from './subject.ts'
import { verifyRound } from './verify.ts'

/**
 * A whole Heartwood on a file system of 96 MB that somebody else fills up while logs come in: senders are told 429,
 * 503 or 507, what was accepted is found once, and when there is space again it goes on by itself.
 */
export async function diskFullScenario(): Promise<{ summary: string; problems: string[] }> {
  const mountPoint = await mkdtemp(join(tmpdir(), 'heartwood-small-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', mountPoint])
  if (mounted.status !== 0) {
    await rm(mountPoint, { recursive: true })
    return { summary: 'disk full: skipped, mounting a small file system is not permitted here', problems: [] }
  }
  try {
    return await fillAndRelease(mountPoint)
  } finally {
    spawnSync('umount', ['-l', mountPoint])
    await rm(mountPoint, { recursive: true, force: true })
  }
}

async function fillAndRelease(disk: string): Promise<{ summary: string; problems: string[] }> {
  const problems: string[] = []
  const run = 'diskfull'
  const subject = await Subject.start({ dataDir: join(disk, 'data'), ports: await freePorts() })
  const load = new Load(run, { url: () => subject.ingestUrl, senders: 4 })
  try {
    load.round = 1
    await load.acknowledgedPast(2_000, 30_000)
    await fill(join(disk, 'filler'), disk)
    const refusedBefore = load.refusals
    await load.refusedPast(refusedBefore + 5, 30_000)
    const acceptedWhileFull = load.acknowledged
    await rm(join(disk, 'filler'))
    await load.acknowledgedPast(acceptedWhileFull + 2_000, 60_000)
    await load.stop()
    const verdict = await verifyRound(() => subject.webUrl, run, 1, load.of(1), 0)
    if (verdict.lost.length > 0)
      problems.push(
        `disk full: ${verdict.lost.length} acknowledged lines lost, for example ${verdict.lost.slice(0, 5)}`,
      )
    if (verdict.doubled.length > 0) problems.push(`disk full: ${verdict.doubled.length} lines doubled`)
    if (verdict.ghosts.length > 0) problems.push(`disk full: ${verdict.ghosts.length} refused lines found`)
    problems.push(...load.problems.slice(0, 5))
    return {
      summary: `disk full: ${load.refusals} requests refused while full, ${verdict.acknowledged} lines acknowledged, ${verdict.lost.length} lost, ${verdict.doubled.length} doubled`,
      problems,
    }
  } catch (error) {
    problems.push(
      `disk full: ${error instanceof Error ? error.message : String(error)}\n${subject.output().slice(-4000)}`,
    )
    return { summary: 'disk full: failed', problems }
  } finally {
    await subject.stop()
  }
}

/** Writes until the file system has no space left, then watches that it stays so for a moment. */
async function fill(path: string, disk: string): Promise<void> {
  const block = Buffer.alloc(1 << 18)
  for (let written = 0; written < 500; written++) {
    try {
      await writeFile(path, block, { flag: 'a' })
    } catch {
      break
    }
    const { bavail } = await statfs(disk)
    if (bavail === 0) break
  }
  await delay(300)
}
