import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { clusterApps } from '../../deploy/apps.ts'
import { openKubernetesSchemas } from '../../deploy/kubernetes-schemas.ts'
import { type KubernetesObject, lintChart, renderedChart } from '../../deploy/rendered-chart.ts'

const SERVERS = { KAFKA_BROKERS: 'kafka:9092', ELASTICSEARCH_URL: 'http://elasticsearch:9200' }
const PLAIN = { settings: SERVERS }
const EVERYTHING = {
  settings: {
    ...SERVERS,
    HEARTWOOD_ARCHIVE: 's3',
    S3_BUCKET: 'logs',
    KAFKA_TLS: 'on',
    HEARTWOOD_HOT_DAYS: 7,
  },
  image: { repository: 'registry.example.com/heartwood', pullSecrets: [{ name: 'registry' }] },
  certificateAuthority: { configMap: 'authority' },
  alertRules: 'rules: []\nreceivers: []\n',
  indexer: { autoscaling: { enabled: true, authenticationRef: 'kafka' } },
  ingest: {
    storage: { className: 'fast' },
    service: { type: 'LoadBalancer', annotations: { a: 'b' } },
    ingress: { enabled: true, host: 'ingest.example.com', annotations: { a: 'b' } },
  },
  web: { ingress: { enabled: true, host: 'logs.example.com', className: 'nginx', tlsSecret: 'logs-tls' } },
  networkPolicy: { clients: [{ ipBlock: { cidr: '10.0.0.0/8' } }] },
  serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/logs' } },
  podAnnotations: { a: 'b' },
  nodeSelector: { a: 'b' },
  tolerations: [{ key: 'logs', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  priorityClassName: 'high',
}
const LITTLE = {
  settings: SERVERS,
  networkPolicy: { enabled: false },
  podDisruptionBudget: { enabled: false },
  serviceAccount: { create: false, name: 'mine' },
}

const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal('http') }) })
const Workload = z.object({
  spec: z.object({
    replicas: z.number().optional(),
    template: z.object({
      spec: z.object({
        enableServiceLinks: z.boolean(),
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.looseObject({ runAsNonRoot: z.literal(true) }),
        containers: z.tuple([
          z.object({
            args: z.array(z.string()),
            ports: z.tuple([z.object({ containerPort: z.number() })]),
            env: z.array(z.object({ name: z.string(), valueFrom: z.looseObject({}).optional() })),
            startupProbe: Probe,
            livenessProbe: Probe,
            readinessProbe: Probe,
            resources: z.object({ requests: z.looseObject({}), limits: z.object({ memory: z.string() }) }),
            securityContext: z.looseObject({ readOnlyRootFilesystem: z.literal(true) }),
          }),
        ]),
      }),
    }),
  }),
})

function workloads(objects: readonly KubernetesObject[]) {
  return objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map((object) => {
      const { replicas, template } = Workload.parse(object).spec
      const [container] = template.spec.containers
      return { name: object.metadata.name, kind: object.kind, replicas, pod: template.spec, container }
    })
}

describe.each([
  ['the servers alone', PLAIN],
  ['everything there is', EVERYTHING],
  ['as little as possible', LITTLE],
])('the chart with %s', (_, values) => {
  test('pleases Helm', async () => {
    expect(await lintChart(values)).toContain('0 chart(s) failed')
  })
  test('is what Kubernetes and KEDA take, with no field that they would drop', async () => {
    const problems = await openKubernetesSchemas()
    for (const object of await renderedChart(values))
      expect(problems(object), `${object.kind} ${object.metadata.name}`).toEqual([])
  })
})

test('the schemas find what is mistaken: a wrong type, a field nobody knows, a kind that is not there', async () => {
  const problems = await openKubernetesSchemas()
  const service = (spec: object) =>
    problems({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec })
  expect(service({ ports: [{ port: 80, targetPort: 'http' }] })).toEqual([])
  expect(service({ ports: [{ port: '80' }] })[0]).toContain('/spec/ports/0/port must be integer')
  expect(service({ prots: [] })[0]).toContain('must NOT have additional properties')
  expect(problems({ apiVersion: 'v1', kind: 'Servise', metadata: { name: 'a' } })).toHaveLength(1)
})

describe('what the chart runs', () => {
  test('is each app on its port with probes, limits and rights of nobody; ingest has a disk that outlives it', async () => {
    const found = workloads(await renderedChart(EVERYTHING))
    const apps = found.map(
      ({ container }) => [container.args[1] ?? '', container.ports[0].containerPort] as const,
    )
    expect(new Map(apps)).toEqual(clusterApps())
    for (const { container } of found) {
      expect(container.args[0]).toBe('run')
      expect(container.livenessProbe.httpGet.path).toBe('/healthz')
      expect(container.readinessProbe.httpGet.path).toBe('/readyz')
    }
    expect(found.filter(({ kind }) => kind === 'StatefulSet').map(({ name }) => name)).toEqual([
      'logs-ingest',
    ])
  })

  test('has an archiver only where there is an archive, and leaves the number of indexers to KEDA where it is there', async () => {
    const names = workloads(await renderedChart(PLAIN)).map(({ name }) => name)
    expect(names).not.toContain('logs-archiver')
    const replicasOf = async (values: object) =>
      workloads(await renderedChart(values)).find(({ name }) => name === 'logs-indexer')?.replicas
    expect(await replicasOf(PLAIN)).toBe(2)
    expect(await replicasOf(EVERYTHING)).toBeUndefined()
  })

  test('gets no address of a service where a setting of ours has the same name', async () => {
    for (const { name, pod } of workloads(await renderedChart(PLAIN)))
      expect([name, pod.enableServiceLinks]).toEqual([name, false])
  })

  test('holds secrets only by their names', async () => {
    const objects = await renderedChart(EVERYTHING)
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([])
    for (const { container } of workloads(objects))
      for (const { name, valueFrom } of container.env.filter(({ name }) =>
        /TOKEN|PASSWORD|KEY|DATABASE_URL/.test(name),
      ))
        expect(valueFrom, name).toHaveProperty('secretKeyRef')
  })
})
