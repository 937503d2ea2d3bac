/**
 * Every error a client can get over HTTP: its code, status, what it means and what to do. docs/errors.md has a section
 * for each and a test holds the two together. Add a code here first.
 */
export const ERROR_CODES = {
  unknown_path: { status: 404, about: 'No such path.', todo: 'The answer lists the paths there are.' },
  method_not_allowed: {
    status: 405,
    about: 'The path exists, the method does not.',
    todo: 'Use the method the answer names.',
  },
  unauthenticated: {
    status: 401,
    about: 'A token is needed and none, or a wrong one, came.',
    todo: 'Send Authorization: Bearer with HEARTWOOD_ACCESS_TOKEN, or sign in on the page.',
  },
  foreign_host: {
    status: 403,
    about: 'The Host header names a host this server does not answer for (DNS rebinding).',
    todo: 'Use the printed address, or add the name to HEARTWOOD_ALLOWED_HOSTS.',
  },
  foreign_origin: {
    status: 403,
    about: 'A page of another origin tried to write.',
    todo: 'Send from a program, or from the product page itself.',
  },
  invalid_parameter: {
    status: 400,
    about: 'A query parameter or body field is not valid.',
    todo: 'The message names it and what it takes.',
  },
  invalid_query: {
    status: 400,
    about: 'The query text has an error; spans say where.',
    todo: 'Mend the marked part; the cheat sheet is in the README.',
  },
  unsupported_query: {
    status: 400,
    about: 'The engine cannot answer this part of the query.',
    todo: 'The message names the part; say it another way.',
  },
  empty_body: {
    status: 400,
    about: 'The request has no records.',
    todo: 'Send at least one line, object or action.',
  },
  invalid_body: {
    status: 400,
    about: 'Nothing in the body could be read: a broken stream or JSON that ends early.',
    todo: 'Check the encoding header and that the body is whole.',
  },
  unsupported_encoding: {
    status: 415,
    about: 'The Content-Encoding is not gzip, zstd, deflate or identity.',
    todo: 'Compress with one of those, or not at all.',
  },
  request_timeout: {
    status: 408,
    about: 'The body did not arrive in time; nothing of it was kept.',
    todo: 'Send smaller batches, or over a faster connection.',
  },
  body_too_large: {
    status: 413,
    about: 'The body is larger than HEARTWOOD_MAX_BODY_MB after inflating, or inflates suspiciously much.',
    todo: 'Send smaller batches.',
  },
  queue_full: {
    status: 429,
    about: 'More has arrived than could be stored yet; nothing of this request was kept.',
    todo: 'Send it again after Retry-After seconds.',
  },
  disk_full: {
    status: 507,
    about: 'The disk has too little space left; nothing of this request was kept.',
    todo: 'Free space or lower HEARTWOOD_MAX_DISK_GB, then send again.',
  },
  too_many_queries: {
    status: 429,
    about: 'Too many heavy queries at once.',
    todo: 'Try again after Retry-After seconds.',
  },
  query_timeout: {
    status: 504,
    about: 'The query took longer than its limit.',
    todo: 'Narrow the time range or add a service.',
  },
  store_corrupt: {
    status: 500,
    about: 'A file of the store is missing or damaged; the message names it.',
    todo: 'Restore it from a backup, or remove it from the store with the steps in docs/errors.md.',
  },
  conflict: {
    status: 409,
    about:
      'What was asked for does not go together with what is there: a name that is taken, or no room for more.',
    todo: 'The message says with what; choose another name, or remove something.',
  },
  not_found: {
    status: 404,
    about: 'No such batch, event, rule or saved search.',
    todo: 'Check the id; what is past retention is gone.',
  },
  unavailable: {
    status: 503,
    about: 'A part of the product is starting, stopping or down.',
    todo: 'Try again after Retry-After seconds; see /readyz.',
  },
  internal: {
    status: 500,
    about: 'An error that should not happen.',
    todo: 'The log of the app has the details under the same request id; please report it.',
  },
} as const satisfies Record<string, { status: number; about: string; todo: string }>

export type ErrorCode = keyof typeof ERROR_CODES

/** An error with a code of the table and a public sentence. `cause` goes to the log, never to the client. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly retryAfterSeconds: number | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined
  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown
      retryAfterSeconds?: number
      details?: Readonly<Record<string, unknown>>
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.retryAfterSeconds = options.retryAfterSeconds
    this.details = options.details
  }
  get status(): number {
    return ERROR_CODES[this.code].status
  }
}

/** The JSON body of an error answer. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly [detail: string]: unknown }
}

export function errorBody(error: AppError): ErrorBody {
  return { error: { ...error.details, code: error.code, message: error.message } }
}
