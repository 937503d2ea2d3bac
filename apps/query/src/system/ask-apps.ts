import type { AppStateJson, PRODUCT_APPS } from '@heartwood/api'
import { AppError, AppReport, type InternalClient, REPORT_PATH } from '@heartwood/runtime'

export type ProductApp = (typeof PRODUCT_APPS)[number]

/** A process of the installation, as it is reached. */
export interface AskedApp {
  readonly app: ProductApp
  /** Its name, where there are several of the app. */
  readonly instance?: string | undefined
  /** Throws where it does not answer; undefined where there is none. */
  readonly report: ((signal: AbortSignal) => Promise<AppReport>) | undefined
}

export interface AppAnswer {
  readonly state: AppStateJson
  readonly report: AppReport | undefined
}

/** An app that takes longer is in trouble, and must not hide how the others do. */
const PATIENCE_MILLIS = 1_000

/** All of them side by side, in their order. */
export function askApps(apps: readonly AskedApp[], signal: AbortSignal): Promise<AppAnswer[]> {
  return Promise.all(apps.map((app) => askApp(app, signal)))
}

/** Asks over HTTP. */
export function reportOver(client: InternalClient): (signal: AbortSignal) => Promise<AppReport> {
  return async (signal) => {
    const response = await client.call(REPORT_PATH, { signal })
    if (!response.ok) {
      await response.body?.cancel()
      throw new AppError('unavailable', `it answers with status ${response.status}`)
    }
    return AppReport.parse(await response.json())
  }
}

async function askApp(asked: AskedApp, signal: AbortSignal): Promise<AppAnswer> {
  const { report } = asked
  if (report === undefined) return { state: without(asked, 'off'), report: undefined }
  const patience = AbortSignal.timeout(PATIENCE_MILLIS)
  try {
    const answer = await report(AbortSignal.any([signal, patience]))
    return { state: answered(asked, answer), report: answer }
  } catch (error) {
    if (signal.aborted) throw error
    const reason = patience.aborted ? `it did not answer within ${PATIENCE_MILLIS / 1000} s` : reasonOf(error)
    return { state: without(asked, 'down', [reason]), report: undefined }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof AppError)) return 'its answer could not be read'
  return error.cause === undefined ? error.message : 'nothing listens on its port'
}

function without(asked: AskedApp, state: 'off' | 'down', reasons: string[] = []): AppStateJson {
  const nothing = { warnings: [], started_at: null, resident_bytes: null, cpu_seconds: null }
  return { app: asked.app, instance: asked.instance ?? null, state, reasons, ...nothing }
}

function answered({ app, instance }: AskedApp, report: AppReport): AppStateJson {
  const reasons = Object.entries(report.reasons)
  return {
    app,
    instance: instance ?? null,
    state: reasons.length === 0 ? 'ready' : 'not_ready',
    reasons: reasons.map(sentence),
    warnings: Object.entries(report.warnings).map(sentence),
    started_at: new Date(report.started_at).toISOString(),
    resident_bytes: report.resident_bytes,
    cpu_seconds: report.cpu_seconds,
  }
}

/** `partition 3: the disk is full`, but `is starting` alone. */
function sentence([obstacle, reason]: [string, string]): string {
  return obstacle === 'start' || obstacle === 'stop' ? reason : `${obstacle}: ${reason}`
}
