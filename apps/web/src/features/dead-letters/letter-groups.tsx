import type { DeadLetterGroup } from '@heartwood/api'
import { TEST_IDS } from '../../test-ids.ts'
import { LogText } from '../search/log-list/log-text.tsx'
import type { LettersState } from './letters-url.ts'

/** The causes, most letters first; a click shows the letters of one. */
export function LetterGroups(props: {
  groups: readonly DeadLetterGroup[]
  state: LettersState
  onPick(next: Partial<LettersState>): void
}) {
  if (props.groups.length === 0) return null
  return (
    <section className="mt-3" aria-label="Causes">
      <ul className="divide-y divide-line rounded-md border border-line bg-panel">
        {props.groups.slice(0, 8).map((group) => (
          <li key={`${group.door}/${group.step}/${group.reason}`}>
            <button
              type="button"
              data-testid={TEST_IDS.letterGroup}
              onClick={() => props.onPick(pickOf(group))}
              className="flex w-full items-baseline gap-3 px-3 py-1.5 text-left hover:bg-hover"
            >
              <span className="w-10 shrink-0 text-right font-semibold tabular-nums">
                {group.letters.toLocaleString('en')}
              </span>
              <span className="w-28 shrink-0 truncate text-dim max-sm:hidden">
                {group.door} / {group.step}
              </span>
              <span className="min-w-0 flex-1 break-words">
                <LogText text={group.reason} />
              </span>
              {group.records > group.letters && (
                <span className="shrink-0 text-xs text-faint max-sm:hidden">
                  {group.records.toLocaleString('en')} records
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The longest part of the reason that is the same in all letters of the group. */
function pickOf({ door, step, reason }: DeadLetterGroup): Partial<LettersState> {
  const parts = reason.split(/[#…]/).map((part) => part.trim())
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '')
  return { door, step, reason: longest === '' ? null : longest }
}
