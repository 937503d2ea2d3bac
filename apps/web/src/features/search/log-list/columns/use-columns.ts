'use client'

import type { LogJson } from '@heartwood/api'
import {
  type ColumnSizingState,
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  tableFeatures,
  type Updater,
  useTable,
} from '@tanstack/react-table'
import { useCallback, useMemo } from 'react'
import { useHabit } from '../../../../ui/use-habit.ts'
import type { TimeDetail } from '../log-time.ts'
import { boundWidth, columnOf, gridTemplate, type LogColumn, MAX_WIDTH, MIN_WIDTH } from './column-model.ts'
import { COLUMN_WIDTHS } from './column-widths.ts'
import { fieldText } from './field-text.ts'

const features = tableFeatures({ columnOrderingFeature, columnSizingFeature, columnResizingFeature })
/** The rows are laid out by their place in the result, of which the table knows nothing. */
const NO_ROWS: LogJson[] = []

/** The columns of the list: which and in what order the URL says, how wide the browser remembers. */
export function useColumns(fields: readonly string[], detail: TimeDetail) {
  const [widths, setWidths] = useHabit(COLUMN_WIDTHS)
  const columns = useMemo(() => fields.map((field) => columnOf(field, detail)), [fields, detail])
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.field,
        header: column.title,
        size: column.width,
        minSize: MIN_WIDTH,
        maxSize: MAX_WIDTH,
        accessorFn: (log: LogJson) => fieldText(log, column.field),
        meta: column,
      })),
    [columns],
  )
  const columnOrder = useMemo(() => [...fields], [fields])
  const columnSizing = useMemo(() => ({ ...widths }), [widths])
  const table = useTable({
    features,
    columns: definitions,
    data: NO_ROWS,
    state: { columnOrder, columnSizing },
    columnResizeMode: 'onChange',
    onColumnSizingChange: (updater: Updater<ColumnSizingState>) => {
      const next = typeof updater === 'function' ? updater(columnSizing) : updater
      setWidths(Object.fromEntries(Object.entries(next).map(([field, width]) => [field, boundWidth(width)])))
    },
  })
  const headers = table.getHeaderGroups()[0]?.headers ?? []
  const sizes = headers.map((header) => header.getSize())
  const template = gridTemplate(sizes)
  const byField = useMemo(() => new Map(columns.map((column) => [column.field, column])), [columns])
  return {
    columns,
    headers: headers.flatMap((header) => {
      const column: LogColumn | undefined = byField.get(header.column.id)
      return column === undefined
        ? []
        : [
            {
              column,
              width: header.getSize(),
              onResizeStart: header.getResizeHandler(),
              isResizing: header.column.getIsResizing(),
            },
          ]
    }),
    template,
    /** Pixels that the columns need at least, the gaps between them left out. */
    minWidth: sizes.reduce((sum, size) => sum + size, 0),
    setWidth: useCallback(
      (field: string, width: number) => setWidths({ ...widths, [field]: boundWidth(width) }),
      [widths, setWidths],
    ),
  }
}
