import type { DemoDeleteOutput, DemoOutput } from '@heartwood/api'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import type { Demo } from '../demo.ts'

/** GET /internal/demo, POST /internal/demo/stop and /internal/demo/delete. `demo` is undefined until it has begun. */
export function demoRoutes(
  server: FastifyInstance,
  demo: () => Demo | undefined,
  onDeleted: () => void,
): void {
  const begun = (): Demo => {
    const found = demo()
    if (found !== undefined) return found
    throw new AppError('unavailable', 'The demo has not begun yet.', { retryAfterSeconds: 1 })
  }
  server.get('/internal/demo', (): DemoOutput => begun().report())
  server.post('/internal/demo/stop', (): Promise<DemoOutput> => begun().stop())
  server.post('/internal/demo/delete', async (_request, reply): Promise<DemoDeleteOutput> => {
    const deleted = await begun().delete()
    reply.raw.once('finish', onDeleted)
    return { deleted }
  })
}
