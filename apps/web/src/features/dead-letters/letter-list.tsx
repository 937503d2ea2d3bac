import type { DeadLetterJson } from '@heartwood/api'
import { TEST_IDS } from '../../test-ids.ts'
import { LogText } from '../search/log-list/log-text.tsx'
import { rowTime, utcTitle } from '../search/log-list/log-time.ts'
import { useTimeZone } from '../time-zone/use-time-zone.tsx'

/** The letters, newest first. */
export function LetterList(props: {
  items: readonly DeadLetterJson[]
  open: string | null
  onOpen(id: string): void
}) {
  const { zone } = useTimeZone()
  return (
    <ul className="mt-3 divide-y divide-line border-y border-line">
      {props.items.map((letter) => (
        <li key={letter.id}>
          <button
            type="button"
            data-testid={TEST_IDS.letterRow}
            aria-expanded={letter.id === props.open}
            onClick={() => props.onOpen(letter.id)}
            className="grid w-full grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 px-1.5 py-1.5 text-left hover:bg-hover aria-expanded:bg-picked sm:grid-cols-[auto_7.5rem_1fr]"
          >
            <time
              dateTime={letter.at}
              title={utcTitle(letter.at)}
              className="font-mono text-[12px] whitespace-nowrap text-dim"
            >
              {rowTime(letter.at, 'day', zone)}
            </time>
            <span className="truncate text-dim">
              {letter.door} / {letter.step}
            </span>
            <span className="min-w-0 max-sm:col-span-2">
              <span className="block break-words text-error">
                <LogText text={letter.reason} />
                <Notes letter={letter} />
              </span>
              <span className="block truncate font-mono text-[12px] text-dim">
                <LogText text={letter.sample.slice(0, 300)} />
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Notes({ letter }: { letter: DeadLetterJson }) {
  const notes = [
    ...(letter.records > 1 ? [`${letter.records.toLocaleString('en')} records`] : []),
    ...(letter.attempts > 1 ? [`tried ${letter.attempts} times`] : []),
    ...(letter.replayable ? [] : ['cannot be replayed']),
  ]
  return notes.map((note) => (
    <span key={note} className="ml-1.5 inline-block rounded bg-sunken px-1.5 text-xs text-dim">
      {note}
    </span>
  ))
}
