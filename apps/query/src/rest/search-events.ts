import type { SearchFrame } from '@heartwood/api'
import { exactJson } from '@heartwood/event'
import { AppError, errorBody } from '@heartwood/runtime'
import { eventFrame } from './event-frame.ts'

/**
 * The frames of a search as server-sent events. An error ends them as an event, since the status has long been sent;
 * `failed` is told of one that should not happen, and answers what a client may know of it.
 */
export async function* searchEvents(
  frames: AsyncIterable<SearchFrame>,
  failed: (error: unknown) => AppError,
): AsyncGenerator<string, void> {
  // Says at once that the question was understood.
  yield ': heartwood search\n\n'
  try {
    for await (const { event, data } of frames) yield eventFrame(event, exactJson(data))
  } catch (error) {
    yield eventFrame('error', exactJson(errorBody(error instanceof AppError ? error : failed(error))))
  }
}
