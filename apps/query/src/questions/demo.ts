import { DemoDeleteOutput, DemoOutput, type QuestionService } from '@heartwood/api'
import { AppError, type InternalClient } from '@heartwood/runtime'
import { passedOn } from '../passed-on.ts'

export interface DemoQuestions {
  state(signal: AbortSignal): Promise<DemoOutput>
  stop(signal: AbortSignal): Promise<DemoOutput>
  delete(signal: AbortSignal): Promise<DemoDeleteOutput>
}

const OFF: DemoOutput = { state: 'off', progress: 0, opened_at: null, own_logs: false }
/** The process is there and looks whether it may begin. */
const STARTING: DemoOutput = { ...OFF, state: 'opening' }
/** All that a demo ever wrote. */
const WRITTEN = {
  query: 'environment:demo',
  from_time: 'beginning',
  to_time: 'now+2d',
  dry_run: false,
} as const

/** Asks the demo app, which ends once the demo is over and then is not asked any more. */
export function demoQuestions(
  client: InternalClient | undefined,
  deleteLogs: QuestionService['delete'],
): DemoQuestions {
  let demo = client
  return {
    async state(signal) {
      if (demo === undefined) return OFF
      const response = await demo.call('/internal/demo', { signal }).catch(unlessDown)
      if (response === undefined) return OFF
      if (response.status === 503) return STARTING
      if (!response.ok) throw await passedOn(demo.app, response)
      return DemoOutput.parse(await response.json())
    },
    async stop(signal) {
      if (demo === undefined) return OFF
      const response = await demo.call('/internal/demo/stop', { body: {}, signal })
      if (!response.ok) throw await passedOn(demo.app, response)
      return DemoOutput.parse(await response.json())
    },
    async delete(signal) {
      if (demo === undefined) return { deleted: (await deleteLogs(WRITTEN, signal)).deleted }
      const response = await demo.call('/internal/demo/delete', { body: {}, signal })
      if (!response.ok) throw await passedOn(demo.app, response)
      const answer = DemoDeleteOutput.parse(await response.json())
      demo = undefined
      return answer
    },
  }
}

function unlessDown(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'unavailable') return undefined
  throw error
}
