import { join, resolve } from 'node:path'
import type { Rule } from '@heartwood/alerts'
import type { AlertsOutput } from '@heartwood/api'
import { auditOf } from '@heartwood/audit/app'
import { openDatabase } from '@heartwood/db'
import { httpServer, othersOf, startApp } from '@heartwood/runtime'
import { modeOf } from '@heartwood/settings'
import { alerterMetrics } from './alerter-metrics.ts'
import { startDeliverer } from './delivery/deliverer.ts'
import { logNotification } from './delivery/log-notification.ts'
import { evaluateRule, LostRule, type Tenure } from './evaluation/evaluator.ts'
import { logQuestions } from './evaluation/log-questions.ts'
import { reportOutcomes } from './evaluation/outcome-report.ts'
import { schedule } from './evaluation/schedule.ts'
import { alertsOutput } from './routes/alerts.ts'
import { joinedRules } from './rules/joined-rules.ts'
import { keepRulesInForce } from './rules/keep-in-force.ts'
import { openLiveRules } from './rules/live-rules.ts'
import { shareRules } from './rules/shared-rules.ts'
import { webAddress } from './web-address.ts'

const app = startApp('alerter', process.env)
const { settings, log } = app
const dataDir = settings.HEARTWOOD_DATA_DIR
const now = () => Date.now()

if (settings.DATABASE_URL === undefined) {
  process.stderr.write('alerter needs DATABASE_URL; "heartwood start" sets it.\n')
  process.exit(1)
}
await auditOf(app)
const isCluster = modeOf(settings) === 'cluster'
const database = openDatabase(settings.DATABASE_URL)
app.stopping.add('the database', () => database.close())
await database.ping()
const others = await othersOf(app, () => import('@heartwood/db/registry'))
const metrics = alerterMetrics(app.metrics, () => database.notifications.waiting())

const rules = joinedRules(
  await openLiveRules(resolve(settings.HEARTWOOD_ALERT_RULES ?? join(dataDir, 'alerts.yaml')), 2000),
  await openLiveRules(resolve(dataDir, 'demo', 'alerts.yaml'), 2000, 'none'),
)
app.stopping.add('the rules files', () => rules[Symbol.dispose]())

const deliverer = startDeliverer({
  database,
  receivers: () => rules.current?.receivers,
  isShared: isCluster,
  writeLog: (payload) => logNotification(log, payload),
  onOutcome(receiver, outcome, error) {
    metrics.deliveries.inc({ receiver, outcome })
    if (error !== undefined) log.warn({ receiver }, `a notification is ${outcome}: ${error}`)
  },
  onTrouble: (error) => log.error({ err: error }, 'the outbox cannot be read or written'),
  now,
})
app.stopping.add('the deliverer', () => deliverer.stop())

const questions = logQuestions({
  query: others.any('query'),
  timeoutMillis: 30_000,
  stopping: app.stopping.signal,
})
const webUrl = () =>
  webAddress(
    dataDir,
    () => others.instances('web')[0]?.url ?? `http://127.0.0.1:${settings.HEARTWOOD_WEB_PORT}`,
  )
const report = reportOutcomes(log, metrics)

async function evaluate(rule: Rule): Promise<void> {
  const tenure = tenureOf(rule)
  if (isCluster && tenure === undefined) return
  const ended = metrics.evaluationSeconds.startTimer()
  try {
    const parts = { database, questions, webUrl, now, tenure }
    const { evaluation, messages } = await evaluateRule(parts, rule)
    report.evaluated(rule, evaluation)
    if (messages.length > 0) deliverer.wake()
  } catch (error) {
    if (error instanceof LostRule) log.info(error.message)
    else if (!app.stopping.stopping) report.failed(rule, error)
  } finally {
    ended()
  }
}
const evaluations = schedule(evaluate)
app.stopping.add('the evaluations', () => evaluations.stop())
const shared = isCluster ? share() : undefined
keepRulesInForce({
  rules,
  evaluations: shared ?? evaluations,
  forgetOthers: shared?.forgetOthers ?? ((ruleIds) => database.alertStates.keepOnly(ruleIds)),
  metrics,
  app,
})

const http = httpServer(app, {
  host: settings.HEARTWOOD_INTERNAL_HOST,
  port: settings.HEARTWOOD_ALERTER_PORT,
  audience: 'internal',
})
http.server.get(
  '/internal/alerts',
  (): Promise<AlertsOutput> => alertsOutput(database, rules.current?.rules ?? []),
)
const port = await http.listen()
app.notReady.clear()
await others.register(port)
log.info(`listening on ${settings.HEARTWOOD_INTERNAL_HOST}:${port}`)

function share() {
  const sharing = shareRules({
    database,
    owner: others.self,
    alerters: () => others.instances('alerter').length,
    evaluations,
    onShare: (ours, of) => log.info(`evaluates ${ours} of ${of} rules`),
    onTrouble: (error) => log.error({ err: error }, 'the rules cannot be shared: PostgreSQL does not answer'),
  })
  app.stopping.add('the shared rules', () => sharing.stop())
  return sharing
}

/** What makes a rule ours; where there is but one alerter, nothing has to. */
function tenureOf(rule: Rule): Tenure | undefined {
  const lease = shared?.leaseOf(rule)
  return lease && { owner: others.self, lease }
}
