'use client'

import type { ApiError } from '../../../api/api-error.ts'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import { copyText } from '../../../ui/copy.tsx'

/** Above rows that were found before: there is no new answer for now. */
export function Away({ error }: { error: ApiError }) {
  return (
    <p
      role="status"
      data-testid={TEST_IDS.searchError}
      className="shrink-0 border-b border-line bg-warn-soft px-3 py-1 text-xs text-warn"
    >
      <strong className="font-semibold">{error.title}.</strong> These logs were found before. {error.advice}
    </p>
  )
}

/** Why there is no answer, and what can be done about it. */
export function SearchError({ error, onRetry }: { error: ApiError; onRetry(): void }) {
  return (
    <div
      data-testid={TEST_IDS.searchError}
      role="alert"
      className="flex min-h-0 flex-1 flex-col items-center overflow-y-auto px-4 pt-[9vh] text-center"
    >
      <p className="text-[15px] font-semibold">{error.title}</p>
      <p className="mt-1 max-w-xl break-words text-dim">{error.message}</p>
      {error.advice !== '' && <p className="mt-0.5 max-w-xl text-dim">{error.advice}</p>}
      <div className="mt-4 flex flex-wrap justify-center gap-2">
        {error.code === 'unauthenticated' ? (
          <a
            href="/sign-in"
            className="inline-flex h-7 items-center rounded-md bg-accent px-2.5 font-medium text-on-accent"
          >
            Sign in
          </a>
        ) : (
          <Button onClick={onRetry}>Try again</Button>
        )}
        <Button
          look="quiet"
          onClick={() =>
            void copyText(
              `${error.code}: ${error.message}${error.requestId === undefined ? '' : ` (request ${error.requestId})`}`,
            )
          }
        >
          Copy error
        </Button>
      </div>
    </div>
  )
}
