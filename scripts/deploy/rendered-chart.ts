import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { goProgram } from '../stack/go.ts'

const HELM = { path: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.1', name: 'helm' } as const
export const CHART = join(import.meta.dirname, '../../deploy/helm/heartwood')

const KubernetesObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
})
export type KubernetesObject = z.infer<typeof KubernetesObject>

/** What the chart becomes with these values: every object, in Helm's order. Throws what Helm says. */
export async function renderedChart(values: object): Promise<KubernetesObject[]> {
  const text = await helm(['template', 'logs', CHART, '--namespace', 'logging', '--values', '-'], values)
  return parseAllDocuments(text).flatMap((document) => {
    const content: unknown = document.toJS()
    return content === null ? [] : [KubernetesObject.parse(content)]
  })
}

/** Helm's own opinion of the chart with these values. Throws what it says. */
export async function lintChart(values: object): Promise<string> {
  return helm(['lint', '--strict', CHART, '--values', '-'], values)
}

async function helm(args: readonly string[], values: object): Promise<string> {
  const command = await goProgram(HELM)
  const home = await mkdtemp(join(tmpdir(), 'heartwood-helm-'))
  try {
    const running = promisify(execFile)(command, [...args], {
      env: { ...process.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home },
      maxBuffer: 16 << 20,
    })
    // JSON is YAML.
    running.child.stdin?.end(JSON.stringify(values))
    const { stdout } = await running
    return stdout
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
