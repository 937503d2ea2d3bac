import { setImmediate as nextTurn } from 'node:timers/promises'
import { type LogEvent, TEXT_FIELDS } from '@heartwood/event'
import { type QuestionFiles, readEach } from '../files/segment-files.ts'
import { type Field, type FieldCatalog, OWN_FIELD_IDS, TEXT_FIELD_IDS } from '../manifest/field-catalog.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { eventOfRow } from '../questions/event-row.ts'
import type { RowReader } from './row-reader.ts'

/** Where a row lies. */
export interface RowPlace {
  readonly segment: SegmentInfo
  /** Its row group, from 0. */
  readonly group: number
  /** Its number in the row group. */
  readonly row: number
}

/** The row group of a row that is known by its number in the file. */
export function placeOf(reader: RowReader, segment: SegmentInfo, fileRow: number): RowPlace {
  const groups = reader.groups(segment)
  const group = groups.findLastIndex(({ firstRow }) => firstRow <= fileRow)
  return { segment, group, row: fileRow - (groups[group]?.firstRow ?? 0) }
}

/** The id of the event in a row. */
export function idAt(reader: RowReader, { segment, group, row }: RowPlace): string {
  using open = reader.open(segment, group)
  return String(open.value(OWN_FIELD_IDS.id, row))
}

/** What whole events are read with. */
export interface EventMeans {
  readonly reader: RowReader
  readonly files: QuestionFiles
  /** Called between two row groups; it may throw to stop. */
  readonly check: () => void
}

/**
 * The whole events of some rows, in their order. Other work has its turn between two row groups.
 */
export async function eventsAt(
  { reader, files, check }: EventMeans,
  catalog: FieldCatalog,
  places: readonly RowPlace[],
): Promise<LogEvent[]> {
  const events = new Map<RowPlace, LogEvent>()
  const byGroup = Map.groupBy(places, ({ segment, group }) => `${segment.file} ${group}`)
  const firstOfGroups = [...byGroup.values()].flatMap(([first]) => first ?? [])
  await files.bring(() =>
    readEach(firstOfGroups, ({ segment, group }) =>
      reader.ranges(segment, reader.groups(segment).slice(group, group + 1), segment.fields),
    ).flat(),
  )
  for (const inGroup of byGroup.values()) {
    const [first] = inGroup
    if (first === undefined) continue
    if (events.size > 0) await nextTurn()
    check()
    const columns = columnsOf(first.segment, catalog)
    await files.reading(() => {
      using open = reader.open(first.segment, first.group)
      // Sorted, each page of a column is looked for once.
      for (const place of inGroup.toSorted((a, b) => a.row - b.row)) {
        const values = columns.map(({ id }) => open.value(id, place.row))
        events.set(place, eventOfRow(columns, values))
      }
    })
  }
  return places.flatMap((place) => events.get(place) ?? [])
}

/** A column of an event: one of its own, or an attribute or resource field. */
interface EventColumn {
  readonly id: number
  readonly field: string | Field
}

const OWN_NAMES: ReadonlyMap<number, string> = new Map([
  ...Object.entries(OWN_FIELD_IDS).map(([name, id]) => [id, name] as const),
  ...TEXT_FIELDS.map((name) => [TEXT_FIELD_IDS[name], name] as const),
])

function columnsOf({ fields }: SegmentInfo, catalog: FieldCatalog): EventColumn[] {
  return fields.flatMap((id) => {
    const field = OWN_NAMES.get(id) ?? catalog.byId(id)
    return field === undefined ? [] : [{ id, field }]
  })
}
