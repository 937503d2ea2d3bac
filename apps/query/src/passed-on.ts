import { ErrorAnswer } from '@heartwood/api'
import { AppError, type AppName, ERROR_CODES, type ErrorCode } from '@heartwood/runtime'

/** The error another app answered, to be passed on with its own code. */
export async function passedOn(app: AppName, response: Response): Promise<AppError> {
  const text = await response.text().catch(() => '')
  const parsed = ErrorAnswer.safeParse(parseJson(text))
  if (parsed.success && isErrorCode(parsed.data.error.code)) {
    const { code, message, ...details } = parsed.data.error
    return new AppError(code, message, { details, ...retryAfterOf(response) })
  }
  return new AppError('unavailable', `The ${app} app answered with status ${response.status}.`, {
    cause: new Error(text.slice(0, 1000)),
  })
}

function retryAfterOf(response: Response): { retryAfterSeconds?: number } {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
