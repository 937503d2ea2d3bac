import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { EventBatch } from '@heartwood/event'
import { LogStoreError } from '../port.ts'
import type { ColumnPlan } from './column-plan.ts'
import { planColumns } from './column-plan.ts'
import { type DurableFiles, writeWhole } from './durable-files.ts'
import { FieldCatalog } from './field-catalog.ts'
import { countLevels } from './level-counts.ts'
import type { FieldEntry, SegmentInfo } from './manifest-format.ts'
import { SegmentDecoder } from './parquet-decoder.ts'
import { encodeSegment } from './parquet-encoder.ts'

/** Raised when files are written in a way that an older reader would misread. */
export const SEGMENT_FORMAT = 1
const MAX_LISTED_SERVICES = 500

export function segmentsDirectory(dir: string): string {
  return join(dir, 'segments')
}

export function segmentPath(dir: string, file: string): string {
  return join(segmentsDirectory(dir), file)
}

/** Encodes sorted rows and writes them as a durable file (its name is durable after `syncDirectory`). */
export async function writeSegment(
  files: DurableFiles,
  dir: string,
  file: string,
  batch: EventBatch,
  catalog: FieldCatalog,
): Promise<SegmentInfo> {
  const plan = planColumns(batch, catalog)
  const { bytes, fields } = encodeSegment(withRest(batch, plan), namedColumns(plan, catalog))
  await writeWhole(files, segmentPath(dir, file), bytes)
  return describeSegment(batch, { file, bytes: bytes.length, crc: crc32(bytes), fields })
}

/** The catalog as it will be once the new columns of `batch` are committed, and what they are. */
export function extendedCatalog(
  catalog: FieldCatalog,
  batch: EventBatch,
): { catalog: FieldCatalog; added: readonly FieldEntry[] } {
  const { added } = planColumns(batch, catalog)
  if (added.length === 0) return { catalog, added }
  return { catalog: new FieldCatalog([...catalog.entries(), ...added]), added }
}

function withRest(batch: EventBatch, plan: ColumnPlan): EventBatch {
  if (plan.rest === undefined) return batch
  return { ...batch, text: new Map(batch.text).set('rest', plan.rest) }
}

function namedColumns(plan: ColumnPlan, catalog: FieldCatalog) {
  return plan.columns.map((planned) => {
    const field = catalog.byId(planned.id)
    if (field === undefined) throw new Error(`the column ${planned.key} is not in the catalog`)
    return { ...planned, column: field.column }
  })
}

function describeSegment(
  batch: EventBatch,
  written: Pick<SegmentInfo, 'file' | 'bytes' | 'crc'> & { readonly fields: readonly number[] },
): SegmentInfo {
  const time = rangeOf(batch.timestamp)
  const receipt = rangeOf(batch.observed_at)
  const services = servicesOf(batch)
  return {
    ...written,
    fields: [...written.fields],
    format: SEGMENT_FORMAT,
    rows: batch.length,
    weight: batch.weight.reduce((sum, weight) => sum + weight, 0),
    min_time: time.min,
    max_time: time.max,
    min_receipt: receipt.min,
    max_receipt: receipt.max,
    ...(services.length <= MAX_LISTED_SERVICES && { services }),
    counts: countLevels(batch),
  }
}

function rangeOf(values: BigInt64Array): { min: bigint; max: bigint } {
  let min = values[0] ?? 0n
  let max = min
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return { min, max }
}

function servicesOf(batch: EventBatch): string[] {
  const column = batch.text.get('service')
  if (column === undefined) return ['']
  const codes = new Set(column.codes)
  return [...codes].map((code) => (code === 0 ? '' : column.values.at(code).toWellFormed())).sort()
}

/** The rows of several segments as one batch. Throws LogStoreError `corrupt` where a file is not what was written. */
export async function readSegments(
  files: DurableFiles,
  dir: string,
  segments: readonly SegmentInfo[],
  catalog: FieldCatalog,
): Promise<EventBatch> {
  const decoder = new SegmentDecoder(catalog)
  for (const segment of segments) await decoder.add(await readChecked(files, dir, segment))
  return decoder.finish()
}

async function readChecked(files: DurableFiles, dir: string, segment: SegmentInfo): Promise<Uint8Array> {
  const path = segmentPath(dir, segment.file)
  const bytes = await files.read(path)
  if (bytes === undefined) throw new LogStoreError('corrupt', `${path} is missing`)
  if (bytes.length !== segment.bytes || crc32(bytes) !== segment.crc) {
    throw new LogStoreError('corrupt', `${path} does not hold what was written`)
  }
  return bytes
}
