import { ErrorAnswer } from '@heartwood/api'
import { z } from 'zod'

/** An error of the API as the page shows it. */
export interface ApiError {
  readonly code: string
  readonly title: string
  readonly message: string
  /** What the reader can do. */
  readonly advice: string
  /** Worth asking again without the reader's doing. */
  readonly transient: boolean
  readonly requestId: string | undefined
}

const Known = z.object({ data: z.object({ error: ErrorAnswer.shape.error }) })

const TITLES: Readonly<Record<string, { title: string; advice: string; transient?: true }>> = {
  invalid_query: { title: 'The query has an error', advice: 'Mend the marked part.' },
  unsupported_query: { title: 'This part of the query cannot be answered', advice: 'Say it another way.' },
  invalid_parameter: { title: 'The question is not valid', advice: 'Check the time range and the query.' },
  too_many_queries: {
    title: 'Too many heavy queries at once',
    advice: 'Wait a moment, or narrow the time range.',
    transient: true,
  },
  query_timeout: { title: 'The query took too long', advice: 'Narrow the time range, or add a service.' },
  store_corrupt: {
    title: 'A file of the store is missing or damaged',
    advice: 'docs/errors.md says how to restore it or take it out of the store.',
  },
  unavailable: {
    title: 'Heartwood is starting or restarting',
    advice: 'What is sent meanwhile is kept. This page asks again by itself.',
    transient: true,
  },
  unauthenticated: { title: 'You are signed out', advice: 'Sign in again.' },
  unreachable: {
    title: 'Heartwood does not answer',
    advice: 'Is it running, and is the network up? This page asks again by itself.',
    transient: true,
  },
  internal: { title: 'Something went wrong', advice: 'The log of the query app has the details.' },
}

/** Any thrown value as an error the page can show. What came without an answer of the API is `unreachable`. */
export function apiErrorOf(error: unknown): ApiError {
  const known = Known.safeParse(error)
  if (known.success) {
    const { code, message, request_id } = known.data.data.error
    return describe(code, message, request_id)
  }
  return describe('unreachable', error instanceof Error ? error.message : String(error))
}

/** The `error` of a REST or event-stream answer. */
export function apiErrorOfAnswer(answer: unknown): ApiError {
  const parsed = ErrorAnswer.safeParse(answer)
  if (!parsed.success) return describe('internal', 'The answer could not be read.')
  return describe(parsed.data.error.code, parsed.data.error.message, parsed.data.error.request_id)
}

function describe(code: string, message: string, requestId?: string): ApiError {
  const { title, advice, transient } = TITLES[code] ?? { title: 'The question was refused', advice: '' }
  return { code, title, message, advice, transient: transient ?? false, requestId }
}
