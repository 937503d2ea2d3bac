import type { QuestionService } from '@heartwood/api'
import { type AuditTrail, repeatTrail } from '@heartwood/audit'
import { type App, httpServer } from '@heartwood/runtime'
import { asker, rememberAskers } from './audit/asker.ts'
import { auditedQuestions, auditedTails } from './audit/audited-questions.ts'
import { countRequests } from './metrics.ts'
import { addRestRoutes } from './rest/rest-routes.ts'
import { answerUnknownPaths } from './rest/unknown-path.ts'
import type { TailService } from './tail/tail-service.ts'
import { addTrpcRoutes } from './trpc-routes.ts'

/** The server of the query app: every route of the table, tRPC, and a clear answer for everything else. */
export function queryServer(
  app: App,
  options: {
    readonly port: number
    readonly questions: QuestionService
    readonly tails: TailService
    readonly audit: AuditTrail
  },
): ReturnType<typeof httpServer> {
  const { port } = options
  const reads = repeatTrail(options.audit, () => performance.now())
  app.stopping.add('what is asked again and again', () => reads[Symbol.asyncDispose]())
  const audit = { trail: options.audit, reads, asker }
  const questions = auditedQuestions(options.questions, audit)
  const tails = auditedTails(options.tails, audit)
  const http = httpServer(app, { host: app.settings.HEARTWOOD_INTERNAL_HOST, port, audience: 'internal' })
  rememberAskers(http.server)
  countRequests(http.server, app.metrics, tails)
  addRestRoutes(http.server, questions, tails)
  addTrpcRoutes(http.server, questions)
  answerUnknownPaths(http.server)
  return http
}
