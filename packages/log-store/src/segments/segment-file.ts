import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { EventBatch } from '@heartwood/event'
import type { ColumnPlan } from './column-plan.ts'
import { planColumns } from './column-plan.ts'
import { type DurableFiles, writeWhole } from './durable-files.ts'
import { FieldCatalog } from './field-catalog.ts'
import type { FieldEntry, SegmentInfo } from './manifest-format.ts'
import { encodeSegment } from './parquet-encoder.ts'
import { summaryOf } from './segment-summary.ts'

/** Raised when files are written in a way that an older reader would misread. */
export const SEGMENT_FORMAT = 1

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
  return {
    file,
    format: SEGMENT_FORMAT,
    bytes: bytes.length,
    crc: crc32(bytes),
    fields: [...fields],
    ...summaryOf(batch),
  }
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
