import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type EventBatch, freeBytes } from '@heartwood/event'
import { type DurableFiles, writeWhole } from '../files/durable-files.ts'
import { segmentIndex } from '../idx/segment-index.ts'
import type { FieldCatalog } from '../manifest/field-catalog.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { ColumnPlan, PlannedColumn } from './column-plan.ts'
import { planColumns } from './column-plan.ts'
import { encodeSegment, type SegmentKind } from './parquet-encoder.ts'
import { summaryOf } from './segment-summary.ts'

/** Raised when files are written in a way that an older reader would misread. */
export const SEGMENT_FORMAT = 1

export function segmentsDirectory(dir: string): string {
  return join(dir, 'segments')
}

/** Where live segments lie: files that no manifest names and no power cut leaves whole. */
export function liveDirectory(dir: string): string {
  return join(dir, 'live')
}

/** How the name of a live segment ends, by which it is told from a sealed one. */
export const LIVE_SUFFIX = '.live.parquet'

export function segmentPath(dir: string, file: string): string {
  return join(file.endsWith(LIVE_SUFFIX) ? liveDirectory(dir) : segmentsDirectory(dir), file)
}

export function idxPath(dir: string, file: string): string {
  return segmentPath(dir, idxName(file))
}

/** The name of the `.idx` file beside a segment. */
export function idxName(file: string): string {
  return `${file.replace(/\.parquet$/, '')}.idx`
}

/** Every file that a segment can have. */
export function segmentPaths(dir: string, file: string): string[] {
  return [segmentPath(dir, file), idxPath(dir, file)]
}

/** Encodes sorted rows and writes them with their index as durable files (their names are durable after `syncDirectory`). */
export async function writeSegment(
  files: DurableFiles,
  dir: string,
  file: string,
  batch: EventBatch,
  catalog: FieldCatalog,
): Promise<SegmentInfo> {
  const rows = plannedRows(batch, catalog)
  const { bytes, info } = await encodedRows(file, rows, 'sealed')
  await writeWhole(files, segmentPath(dir, file), bytes)
  freeBytes(bytes)
  const index = segmentIndex(rows.batch, rows.columns)
  await writeWhole(files, idxPath(dir, file), index)
  return { ...info, idx: { bytes: index.length, crc: crc32(index) } }
}

/** Throws what `writeSegment` would throw for what is in the rows. */
export async function tryEncoding(batch: EventBatch, catalog: FieldCatalog): Promise<void> {
  const rows = plannedRows(batch, catalog)
  await encodedRows('', rows, 'sealed')
  segmentIndex(rows.batch, rows.columns)
}

/** Encodes rows as they come and writes them as a live segment, without an index: no power cut leaves it whole. */
export async function writeLiveSegment(
  files: DurableFiles,
  dir: string,
  file: string,
  batch: EventBatch,
  catalog: FieldCatalog,
): Promise<SegmentInfo> {
  const { bytes, info } = await encodedRows(file, plannedRows(batch, catalog), 'live')
  const opened = await files.create(segmentPath(dir, file))
  try {
    await opened.write(bytes)
  } finally {
    await opened.close()
  }
  freeBytes(bytes)
  return info
}

/** Rows with the columns that take the place of their attributes and resource; what gets none is in `rest`. */
interface PlannedRows {
  readonly batch: EventBatch
  readonly columns: readonly (PlannedColumn & { readonly column: string })[]
}

function plannedRows(batch: EventBatch, catalog: FieldCatalog): PlannedRows {
  const plan = planColumns(batch, catalog)
  return { batch: withRest(batch, plan), columns: namedColumns(plan, catalog) }
}

async function encodedRows(
  file: string,
  { batch, columns }: PlannedRows,
  kind: SegmentKind,
): Promise<{ bytes: Uint8Array; info: SegmentInfo }> {
  const { bytes, fields } = await encodeSegment(batch, columns, kind)
  const info = {
    file,
    format: SEGMENT_FORMAT,
    bytes: bytes.length,
    crc: crc32(bytes),
    fields: [...fields],
    ...summaryOf(batch),
  }
  return { bytes, info }
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
