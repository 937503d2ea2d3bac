import type { MissingJson } from '@heartwood/api'
import { TEST_IDS } from '../../../test-ids.ts'
import { missingText } from './answer-parts.ts'

/** The answer is not whole: what it lacks, and why. */
export function MissingParts({ missing }: { missing: readonly MissingJson[] }) {
  if (missing.length === 0) return undefined
  return (
    <div
      role="status"
      data-testid={TEST_IDS.missingParts}
      className="border-b border-line bg-warn-soft px-3 py-1 text-xs text-warn"
    >
      <ul>
        {missing.map((part) => (
          <li key={missingText(part)} className="break-words">
            {missingText(part)}
          </li>
        ))}
      </ul>
    </div>
  )
}
