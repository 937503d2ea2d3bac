import type { QuestionService } from '@heartwood/api'
import { type App, httpServer } from '@heartwood/runtime'
import { countRequests } from './metrics.ts'
import { addRestRoutes } from './rest/rest-routes.ts'
import { answerUnknownPaths } from './rest/unknown-path.ts'
import type { TailService } from './tail/tail-service.ts'
import { addTrpcRoutes } from './trpc-routes.ts'

/** The server of the query app: every route of the table, tRPC, and a clear answer for everything else. */
export function queryServer(
  app: App,
  options: { readonly port: number; readonly questions: QuestionService; readonly tails: TailService },
): ReturnType<typeof httpServer> {
  const { questions, tails, port } = options
  const http = httpServer(app, { host: app.settings.HEARTWOOD_INTERNAL_HOST, port, audience: 'internal' })
  countRequests(http.server, app.metrics, tails)
  addRestRoutes(http.server, questions, tails)
  addTrpcRoutes(http.server, questions)
  answerUnknownPaths(http.server)
  return http
}
