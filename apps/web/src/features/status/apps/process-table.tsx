import { TEST_IDS } from '../../../test-ids.ts'
import { bytesText } from '../../../ui/bytes-text.ts'
import { spanText } from '../../../ui/span-text.ts'
import { cpuShare, type Reading } from '../live/readings.ts'
import type { ProcessRow } from './prepare-apps.ts'

const TONE = {
  none: 'text-dim',
  warning: 'font-semibold text-warn',
  error: 'font-semibold text-error',
} as const

/** The processes of the installation, and what each takes of the machine. */
export function ProcessTable(props: {
  readonly rows: readonly ProcessRow[]
  readonly readings: readonly Reading[]
  /** Epoch milliseconds of the newest reading. */
  readonly now: number
}) {
  const { rows, readings, now } = props
  const memory = rows.reduce((sum, { residentBytes }) => sum + (residentBytes ?? 0), 0)
  return (
    <table className="w-full border-collapse text-left tabular-nums">
      <thead className="text-xs text-dim">
        <tr className="border-b border-line">
          <th className="py-1.5 pr-3 font-medium">App</th>
          <th className="py-1.5 pr-3 font-medium">State</th>
          <th className="py-1.5 pr-3 text-right font-medium">Memory</th>
          <th className="py-1.5 pr-3 text-right font-medium max-sm:hidden">CPU</th>
          <th className="py-1.5 text-right font-medium max-sm:hidden">Up for</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={row.name}
            data-testid={TEST_IDS.process}
            data-process={row.name}
            className="border-b border-line align-top"
          >
            <th scope="row" className="py-1.5 pr-3 font-normal">
              <span className="font-medium">{row.name}</span>{' '}
              <span className="text-xs text-faint max-md:block">{row.does}</span>
            </th>
            <td className="py-1.5 pr-3">
              <span className={TONE[row.trouble]}>{row.state}</span>
              {row.notes.map((note) => (
                <span key={note} className="block max-w-md text-xs break-words text-dim">
                  {note}
                </span>
              ))}
            </td>
            <td className="py-1.5 pr-3 text-right whitespace-nowrap">
              {row.residentBytes === undefined ? '–' : bytesText(row.residentBytes)}
            </td>
            <td className="py-1.5 pr-3 text-right whitespace-nowrap max-sm:hidden">
              {row.isApp ? percent(cpuShare(readings, row.name)) : '–'}
            </td>
            <td className="py-1.5 text-right whitespace-nowrap max-sm:hidden">
              {row.startedAt === undefined ? '–' : spanText(now - row.startedAt)}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot className="text-dim">
        <tr>
          <th scope="row" colSpan={2} className="py-1.5 pr-3 font-normal">
            Together
          </th>
          <td className="py-1.5 pr-3 text-right whitespace-nowrap">{bytesText(memory)}</td>
          <td className="max-sm:hidden" colSpan={2} />
        </tr>
      </tfoot>
    </table>
  )
}

/** Of one processor. */
function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
}
