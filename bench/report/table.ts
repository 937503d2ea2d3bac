/** A line of the report: what was measured, what issue 4 aims at, and whether that is reached. */
export interface Row {
  readonly figure: string
  readonly measured: string
  /** Empty where there is none. */
  readonly goal: string
  readonly met: boolean | undefined
  readonly note?: string
}

export interface Section {
  readonly title: string
  readonly rows: readonly Row[]
}

/** GitHub's Markdown; also readable in a terminal. */
export function markdown(sections: readonly Section[]): string {
  return sections
    .map(({ title, rows }) => {
      const cells = rows.map((row) => [row.figure, row.measured, row.goal, verdict(row), row.note ?? ''])
      return `### ${title}\n\n${table(['figure', 'measured', 'goal', 'met', 'note'], cells)}`
    })
    .join('\n\n')
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function verdict({ met }: Row): string {
  if (met === undefined) return ''
  return met ? 'yes' : 'NO'
}

/** 1234567 is 1,234,567. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
