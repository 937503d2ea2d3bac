'use client'

import { Popover } from 'radix-ui'
import { TEST_IDS } from '../../test-ids.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { PopoverPanel } from '../../ui/popover-panel.tsx'
import { useNow } from '../../ui/use-now.ts'
import { ageText, timesOf, timeTitle } from './format-time.ts'
import { useTimeZone } from './use-time-zone.tsx'

/**
 * A time with its age that tells itself in UTC, in the reader's zone and in the page's: by hover, key or touch.
 * @param shown the time as the page writes it
 */
export function TimeFacts({ iso, shown }: { iso: string; shown: string }) {
  const now = useNow()
  const { zone, local } = useTimeZone()
  const millis = Date.parse(iso)
  return (
    <Popover.Root>
      <Popover.Trigger
        data-testid={TEST_IDS.timeFacts}
        title={timeTitle(iso, { page: zone, local }, now)}
        className="rounded text-left text-xs whitespace-nowrap text-dim tabular-nums underline decoration-line-strong decoration-dotted underline-offset-4 hover:bg-hover"
      >
        <time dateTime={iso}>{shown}</time>
        {!Number.isNaN(millis) && <span className="text-faint"> · {ageText(millis, now)}</span>}
      </Popover.Trigger>
      <PopoverPanel
        label="This time"
        testId={TEST_IDS.timeFactsPanel}
        className="px-3 py-2 font-sans text-[13px]"
      >
        <table className="border-separate border-spacing-x-3 border-spacing-y-0.5 tabular-nums">
          <tbody>
            {timesOf(iso, { page: zone, local }).map(({ zone: name, text }) => (
              <tr key={name}>
                <th scope="row" className="text-left font-normal text-dim">
                  {name}
                </th>
                <td className="font-mono text-[12.5px]">{text}</td>
                <td>
                  <CopyButton small text={text} label={`Copy the time in ${name}`} />
                </td>
              </tr>
            ))}
            {!Number.isNaN(millis) && (
              <tr>
                <th scope="row" className="text-left font-normal text-dim">
                  Age
                </th>
                <td>{ageText(millis, now)}</td>
              </tr>
            )}
          </tbody>
        </table>
      </PopoverPanel>
    </Popover.Root>
  )
}
