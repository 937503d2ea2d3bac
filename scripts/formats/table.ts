import type { Figures } from './figures.ts'

const COLUMNS: readonly (readonly [title: string, cell: (figures: Figures) => string])[] = [
  ['file', ({ file }) => file],
  ['lines', ({ lines }) => String(lines)],
  ['events', ({ events }) => String(events)],
  ['time', ({ time }) => percent(time)],
  ['level', ({ level }) => percent(level)],
  ['message', ({ message }) => percent(message)],
  ['joined', ({ joined }) => String(joined)],
  ['right time', ({ rightTime }) => percent(rightTime)],
  ['right level', ({ rightLevel }) => percent(rightLevel)],
  ['', ({ problem = '' }) => problem],
]

/** A row a file, in columns. */
export function tableOf(figures: readonly Figures[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...figures.map((one) => COLUMNS.map(([, cell]) => cell(one))),
  ]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Rounded down: 100.0 is all of them. */
function percent(share: number | undefined): string {
  return share === undefined ? '-' : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`
}
