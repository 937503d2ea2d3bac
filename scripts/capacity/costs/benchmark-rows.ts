/** A row of a table of docs/benchmarks.md. */
export interface BenchmarkRow {
  /** The experiment whose figures it is one of: `cluster`. */
  readonly experiment: string
  /** The heading of its table. */
  readonly heading: string
  readonly figure: string
  readonly measured: string
  readonly note: string
}

/** All rows between the marks that `npm run bench -- --write` keeps an experiment's figures in. */
export function benchmarkRows(page: string): BenchmarkRow[] {
  const rows: BenchmarkRow[] = []
  let experiment = ''
  let heading = ''
  for (const line of page.split('\n')) {
    const begun = /^<!-- (\w+): written by/.exec(line)?.[1]
    if (begun !== undefined) experiment = begun
    else if (line.startsWith('<!-- end of')) experiment = ''
    else if (line.startsWith('#')) heading = line.replace(/^#+\s*/, '')
    if (experiment === '' || !line.startsWith('|')) continue
    const [figure = '', measured = '', , , note = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim())
    rows.push({ experiment, heading, figure, measured, note })
  }
  return rows
}
