'use client'

import { Clock, Globe, RefreshCw } from 'lucide-react'
import { Popover } from 'radix-ui'
import { type FormEvent, useId, useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import { PopoverPanel } from '../../../ui/popover-panel.tsx'
import { useInBrowser } from '../../../ui/use-in-browser.ts'
import { useNow } from '../../../ui/use-now.ts'
import { formatIn } from '../../time-zone/format-time.ts'
import { offsetText, zoneText } from '../../time-zone/time-zone.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import { ZoneList } from '../../time-zone/zone-list.tsx'
import { REFRESH_TEXT } from './auto-refresh.ts'
import { RefreshSelect } from './refresh-select.tsx'
import { StepButtons } from './step-buttons.tsx'
import {
  ALL_TIME,
  enteredRange,
  entryOf,
  PRESETS,
  presetOf,
  rangeLabel,
  type TimeRange,
} from './time-range.ts'
import type { PickedTime } from './typed-range.ts'
import { TypedTimeField } from './typed-time-field.tsx'
import type { TimePart } from './use-time-part.ts'

export interface TimeRangePickerProps {
  readonly range: TimeRange
  /** The moment in it that was gone to, as the URL has it. */
  readonly at: string | null
  readonly time: TimePart
}

export function TimeRangePicker({ range, at, time }: TimeRangePickerProps) {
  const now = useNow()
  const { zone } = useTimeZone()
  // The server does not know the reader's time zone: what depends on it is written in the browser.
  const inBrowser = useInBrowser()
  const marked = at === null ? Number.NaN : Date.parse(at)
  const label = !inBrowser
    ? (presetOf(range)?.label ?? '…')
    : Number.isNaN(marked)
      ? rangeLabel(range, now, zone)
      : `Around ${formatIn(zone, marked, 'd MMM, HH:mm:ss')}`
  return (
    <Popover.Root
      open={time.open !== undefined}
      onOpenChange={(open) => time.setOpen(open ? 'range' : undefined)}
    >
      <Popover.Trigger asChild>
        <Button testId={TEST_IDS.timeRange}>
          <Clock size={14} aria-hidden className="text-dim" />
          <span className="max-w-56 truncate tabular-nums">
            <span className="sr-only">Time range: </span>
            {label}
          </span>
          {time.every !== null && time.pause === undefined && (
            <RefreshCw
              size={12}
              aria-label={`asked again every ${REFRESH_TEXT[time.every]}`}
              className="text-accent"
            />
          )}
          {inBrowser && (
            <span title={zone} className="text-xs font-normal text-dim tabular-nums max-sm:hidden">
              {offsetText(zone, now)}
            </span>
          )}
        </Button>
      </Popover.Trigger>
      <PopoverPanel label="Time range" testId={TEST_IDS.timePicker} className="w-[30rem]">
        {time.open === 'zone' ? (
          <ZoneList onChosen={() => time.setOpen(undefined)} />
        ) : (
          <RangePanel range={range} time={time} />
        )}
      </PopoverPanel>
    </Popover.Root>
  )
}

function RangePanel({ range, time }: { range: TimeRange; time: TimePart }) {
  const { zone } = useTimeZone()
  const pick = (picked: PickedTime) => {
    time.setOpen(undefined)
    time.pick(picked)
  }
  return (
    <>
      <TypedTimeField onPick={pick} />
      <div className="flex flex-col sm:flex-row">
        <ul className="grid shrink-0 grid-cols-2 gap-px border-line p-1.5 max-sm:border-b sm:w-40 sm:grid-cols-1 sm:border-r">
          {[...PRESETS, { from: ALL_TIME.from, label: 'All time' }].map((preset) => (
            <li key={preset.from}>
              <button
                type="button"
                aria-pressed={range.from === preset.from && range.to === 'now'}
                className="w-full rounded-md px-2.5 py-1 text-left hover:bg-hover aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent"
                onClick={() => pick({ range: { from: preset.from, to: 'now' } })}
              >
                {preset.label}
              </button>
            </li>
          ))}
        </ul>
        <AbsoluteForm range={range} onPick={(picked) => pick({ range: picked })} />
      </div>
      <footer className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line px-2.5 py-1.5">
        <div className="flex">
          <StepButtons steps={time.steps} />
        </div>
        <RefreshSelect every={time.every} pause={time.pause} onChange={time.setEvery} />
        <Button look="quiet" testId={TEST_IDS.timeZone} onClick={() => time.setOpen('zone')}>
          <Globe size={14} aria-hidden /> {zoneText(zone, Date.now())}
        </Button>
      </footer>
    </>
  )
}

/** Mounted when the picker opens, so the fields always start from the range in the URL. */
function AbsoluteForm({ range, onPick }: { range: TimeRange; onPick(range: TimeRange): void }) {
  const id = useId()
  const { zone } = useTimeZone()
  const [entered, setEntered] = useState<TimeRange>(() => startingEntry(range, zone))
  const [error, setError] = useState<{ field: 'from' | 'to'; message: string }>()

  function submit(event: FormEvent) {
    event.preventDefault()
    const result = enteredRange(entered, Date.now(), zone)
    if (result.ok) onPick(result.range)
    else setError(result)
  }

  return (
    <form className="flex min-w-0 flex-1 flex-col gap-2.5 p-3.5" onSubmit={submit} noValidate>
      {(['from', 'to'] as const).map((field) => (
        <div key={field}>
          <label htmlFor={`${id}-${field}`} className="font-medium">
            {field === 'from' ? 'From' : 'To'}
          </label>
          <input
            id={`${id}-${field}`}
            value={entered[field]}
            data-testid={field === 'from' ? TEST_IDS.timeFrom : TEST_IDS.timeTo}
            aria-invalid={error?.field === field}
            aria-describedby={error?.field === field ? `${id}-error` : `${id}-hint`}
            spellCheck={false}
            autoComplete="off"
            className="mt-0.5 h-8 w-full rounded-md border border-line-strong bg-panel px-2 font-mono text-[13px] aria-invalid:border-error"
            onChange={(event) => {
              setEntered({ ...entered, [field]: event.target.value })
              setError(undefined)
            }}
          />
        </div>
      ))}
      {error === undefined ? (
        <p id={`${id}-hint`} className="text-xs text-dim">
          In {zoneText(zone, Date.now())}. Any ISO time can be pasted; now-2h works too.
        </p>
      ) : (
        <p id={`${id}-error`} role="alert" className="text-xs text-error">
          {error.message}
        </p>
      )}
      <div className="mt-auto flex justify-end pt-1">
        <Button look="strong" type="submit">
          Apply
        </Button>
      </div>
    </form>
  )
}

function startingEntry(range: TimeRange, zone: string): TimeRange {
  const now = Date.now()
  const preset = presetOf(range)
  const from = preset === undefined ? range.from : new Date(now - preset.millis).toISOString()
  const to = range.to === 'now' ? new Date(now).toISOString() : range.to
  return { from: entryOf(from, now, zone), to: entryOf(to, now, zone) }
}
