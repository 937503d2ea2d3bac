import type { Nanos } from '@heartwood/event'
import { compileDuckDb, type DuckDbParameter, type Query, requiredTerms } from '@heartwood/query-lang'
import type { TimeRange } from '../../port.ts'
import type { QuestionFiles, SegmentFiles } from '../files/segment-files.ts'
import type { PlannedSegment } from '../idx/planned-segment.ts'
import type { SegmentIndexes } from '../idx/segment-indexes.ts'
import type { FieldCatalog } from '../manifest/field-catalog.ts'
import type { LostSegments } from './lost-segments.ts'
import { canHold, outlineOf, overlaps, type QueryOutline } from './prune.ts'
import { checkSegment } from './segment-check.ts'
import { SegmentSource } from './segment-source.ts'
import type { StoreView } from './store-view.ts'

/** A question over the segments that can answer it, as of one moment. */
export interface QueryPlan {
  readonly segmentFiles: SegmentFiles
  readonly catalog: FieldCatalog
  readonly query: Query
  readonly range: TimeRange
  /** What `now` in the query means. */
  readonly now: Nanos
  readonly outline: QueryOutline
  readonly segments: readonly PlannedSegment[]
}

/** What a plan is made from. */
export interface Planning {
  readonly segmentFiles: SegmentFiles
  /** The same for this question. */
  readonly files: QuestionFiles
  readonly view: StoreView
  readonly indexes: SegmentIndexes
  /** What is left out. */
  readonly lost: LostSegments
}

/** Throws LogStoreError `corrupt` where a segment in the range is not what the manifest says. */
export async function planQuery(
  { segmentFiles, files, view: { state, live, catalog }, indexes, lost }: Planning,
  { query, range }: { readonly query: Query; readonly range: TimeRange },
  now: Nanos,
): Promise<QueryPlan> {
  const touched = [...state.segments.values(), ...live].filter(
    (segment) => overlaps(segment, range) && !lost.has(segment),
  )
  for (const segment of touched) checkSegment(segmentFiles, segment)
  const outline = outlineOf(query, now)
  const held = touched.filter((segment) => canHold(segment, outline, range))
  const holding = await indexes.holding(held, requiredTerms(query), files)
  const segments = looksIntoFreeText(query) ? await indexes.withPairs(holding, files) : holding
  return { segmentFiles, catalog, query, range, now, outline, segments }
}

/** Whether it asks for a text in whatever column it stands. */
function looksIntoFreeText(query: Query): boolean {
  switch (query.kind) {
    case 'text':
      return true
    case 'and':
    case 'or':
      return query.terms.some(looksIntoFreeText)
    case 'not':
      return looksIntoFreeText(query.term)
    case 'all':
    case 'field':
      return false
  }
}

export interface Matching {
  readonly source: SegmentSource
  /** The condition that a row matches; its parameters are the first ones. */
  readonly where: string
  readonly params: readonly DuckDbParameter[]
}

/** The matching rows of some of a plan's segments, in SQL. */
export function matching(plan: QueryPlan, segments: readonly PlannedSegment[]): Matching {
  const source = new SegmentSource(plan.segmentFiles, segments, plan.catalog)
  const { sql, params } = compileDuckDb(plan.query, source, plan.now)
  return { source, where: `${source.within(plan.range)} AND (${sql})`, params }
}
