import type { AppStateJson, SystemOutput } from '@heartwood/api'
import { processName } from './process-name.ts'

/** How much a reader should mind. */
export type Trouble = 'none' | 'warning' | 'error'

/** A process as the table shows it. */
export interface ProcessRow {
  readonly name: string
  readonly does: string
  /** In a word. */
  readonly state: string
  readonly trouble: Trouble
  readonly notes: readonly string[]
  readonly residentBytes: number | undefined
  /** Epoch milliseconds. */
  readonly startedAt: number | undefined
  /** Whether it is an app, whose CPU is known by its name. */
  readonly isApp: boolean
}

const DOES: Readonly<Record<AppStateJson['app'], string>> = {
  ingest: 'takes logs in',
  indexer: 'makes them searchable',
  archiver: 'puts them into the archive',
  query: 'answers questions',
  alerter: 'runs the alert rules',
  web: 'this page and the API',
  demo: 'writes the logs of a simulated shop',
}

/** Every process of the installation, apps first; what there is none of is left out. */
export function processRows({ apps, supervisor_bytes, postgres_bytes }: SystemOutput): ProcessRow[] {
  return [
    ...apps.filter(({ state }) => state !== 'off').map(appRow),
    ...besideApps('PostgreSQL', 'keeps saved searches and alert states', postgres_bytes),
    ...besideApps('supervisor', 'starts the others, and starts them again', supervisor_bytes),
  ]
}

function appRow(process: AppStateJson): ProcessRow {
  const { app, instance, state, reasons, warnings, resident_bytes, started_at } = process
  const trouble = troubleOf(state, warnings)
  return {
    name: processName(app, instance),
    does: DOES[app],
    state: wordOf(state),
    trouble,
    notes: [...reasons, ...warnings],
    residentBytes: resident_bytes ?? undefined,
    startedAt: started_at === null ? undefined : Date.parse(started_at),
    isApp: true,
  }
}

function troubleOf(state: AppStateJson['state'], warnings: readonly string[]): Trouble {
  switch (state) {
    case 'down':
      return 'error'
    case 'not_ready':
      return 'warning'
    case 'ready':
    case 'off':
      return warnings.length > 0 ? 'warning' : 'none'
  }
}

function wordOf(state: AppStateJson['state']): string {
  switch (state) {
    case 'ready':
      return 'up'
    case 'not_ready':
      return 'not ready'
    case 'down':
      return 'down'
    case 'off':
      return 'off'
  }
}

/** They have no more to say than their memory, and run where the query app does. */
function besideApps(name: string, does: string, residentBytes: number | null): ProcessRow[] {
  if (residentBytes === null) return []
  return [
    {
      name,
      does,
      state: 'up',
      trouble: 'none',
      notes: [],
      residentBytes,
      startedAt: undefined,
      isApp: false,
    },
  ]
}

/** What is wrong in one sentence, or undefined where all is well. */
export function overview(rows: readonly ProcessRow[]): string | undefined {
  const wrong = rows.filter(({ trouble }) => trouble !== 'none')
  const [first] = wrong
  if (first === undefined) return undefined
  if (wrong.length > 1) return `${wrong.map(({ name }) => name).join(', ')} are not as they should be`
  return `${first.name} is ${first.state === 'up' ? 'up, with a warning' : first.state}`
}
