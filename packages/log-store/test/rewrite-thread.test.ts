import { writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { planColumns } from '../src/segments/append/column-plan.ts'
import { segmentPath, segmentsDirectory, writeSegment } from '../src/segments/append/segment-file.ts'
import { localFiles } from '../src/segments/files/durable-files.ts'
import { FieldCatalog } from '../src/segments/manifest/field-catalog.ts'
import type { SegmentInfo } from '../src/segments/manifest/manifest-format.ts'
import { readSegments } from '../src/segments/merge/read-segments.ts'
import { RewriteThread } from '../src/segments/merge/rewrite-thread.ts'
import { batchOf, eventsOf, temporaryFolder } from './segments/store-content.ts'

/** Two segments, and a job for each way to make one of them. */
async function twoSegments(dir: string) {
  await localFiles.makeDirectory(segmentsDirectory(dir))
  const batches = ['a', 'b'].map((name) => batchOf(eventsOf(name, 20).filter((_, index) => index % 5 > 0)))
  const catalog = new FieldCatalog([])
  const segments: SegmentInfo[] = []
  for (const [index, batch] of batches.entries()) {
    catalog.add(planColumns(batch, catalog).added)
    segments.push(await writeSegment(localFiles, dir, `input-${index}.parquet`, batch, catalog))
  }
  const job = (kind: 'decode' | 'copy') => ({
    ...{ dir, fields: catalog.entries(), task: { kind }, groups: [segments], name: kind },
  })
  return { segments, job, catalog }
}

it('one thread makes every rewrite, also of jobs asked for at once, until it is closed', async () => {
  await using folder = await temporaryFolder()
  const { dir } = folder
  const { job, catalog } = await twoSegments(dir)
  const thread = new RewriteThread()
  const outcomes = await Promise.all([thread.run(job('decode')), thread.run(job('copy'))])
  for (const [outcome] of outcomes) {
    const { replacements = [] } = outcome ?? {}
    expect((await readSegments(localFiles, dir, replacements, catalog)).length).toBe(32)
  }
  expect(thread.running).toBe(true)
  await thread.close()
  expect(thread.running).toBe(false)
})

it('a thread without work ends, and the next job starts another', async () => {
  await using folder = await temporaryFolder()
  const { job } = await twoSegments(folder.dir)
  const thread = new RewriteThread(1)
  await thread.run(job('copy'))
  while (thread.running) await pause(1)
  expect(await thread.run({ ...job('copy'), name: 'again' })).toHaveLength(1)
  await thread.close()
})

it('a job that fails says why, leaves no file, and harms no other', async () => {
  await using folder = await temporaryFolder()
  const { dir } = folder
  const { segments, job } = await twoSegments(dir)
  const thread = new RewriteThread()
  const path = segmentPath(dir, segments[1]?.file ?? '')
  const content = await localFiles.read(path)
  await writeFile(path, 'no segment')
  await expect(thread.run(job('copy'))).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining(path),
  })
  // Those of the two inputs, each with its index.
  expect(await localFiles.list(segmentsDirectory(dir))).toHaveLength(4)
  await writeFile(path, content ?? '')
  expect(await thread.run(job('copy'))).toHaveLength(1)
  await thread.close()
})
