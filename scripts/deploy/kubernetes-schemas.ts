import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { z } from 'zod'
import { goModule } from '../stack/go.ts'
import type { KubernetesObject } from './rendered-chart.ts'

const KUBERNETES = { path: 'k8s.io/kubernetes', version: 'v1.37.2' } as const
const KEDA = { path: 'github.com/kedacore/keda/v2', version: 'v2.21.0' } as const

type Schema = Record<string, unknown>
const Schema: z.ZodType<Schema> = z.record(z.string(), z.unknown())
const Swagger = z.object({ definitions: z.record(z.string(), Schema) })
const Kinds = z.array(z.object({ group: z.string(), kind: z.string(), version: z.string() }))
const ResourceDefinition = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: Schema }) })),
  }),
})

/**
 * What is wrong with an object by the schemas of Kubernetes and KEDA themselves, a line each. Stricter than an API server: a
 * field that nobody knows, which that would drop silently, is wrong too.
 */
export async function openKubernetesSchemas(): Promise<(object: KubernetesObject) => string[]> {
  const swagger = Swagger.parse(
    JSON.parse(await readFile(join(await goModule(KUBERNETES), 'api/openapi-spec/swagger.json'), 'utf8')),
  )
  const definitions = Object.fromEntries(
    Object.entries(swagger.definitions).map(([name, schema]) => [name, strict(schema)]),
  )
  const schemas = new Map<string, Schema>()
  for (const [name, schema] of Object.entries(swagger.definitions)) {
    const kinds = Kinds.safeParse(schema['x-kubernetes-group-version-kind']).data ?? []
    for (const { group, version, kind } of kinds)
      schemas.set(key(group === '' ? version : `${group}/${version}`, kind), {
        definitions,
        $ref: `#/definitions/${name}`,
      })
  }
  const crd = join(await goModule(KEDA), 'config/crd/bases/keda.sh_scaledobjects.yaml')
  const { spec } = ResourceDefinition.parse(parse(await readFile(crd, 'utf8')))
  for (const { name, schema } of spec.versions)
    schemas.set(key(`${spec.group}/${name}`, spec.names.kind), strict(schema.openAPIV3Schema))

  return (object) => {
    const schema = schemas.get(key(object.apiVersion, object.kind))
    if (schema === undefined) return [`there is no ${object.kind} in ${object.apiVersion}`]
    // Formats are of Go's types; its own keywords beside them mean nothing to a checker.
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
    if (ajv.validate(schema, object)) return []
    return (ajv.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
}

function key(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`
}

/** The schema with no room for other fields than it names, in all of its parts. */
function strict(schema: Schema): Schema {
  if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true)
    return { type: ['integer', 'string'] }
  const parts = Object.fromEntries(
    Object.entries(schema).map(([name, part]) => [name, strictPart(name, part)]),
  )
  const isOpen =
    schema.properties === undefined ||
    schema.additionalProperties !== undefined ||
    schema['x-kubernetes-preserve-unknown-fields'] === true
  // Every CRD leaves metadata to Kubernetes.
  return isOpen ? parts : { ...parts, additionalProperties: false }
}

function strictPart(name: string, part: unknown): unknown {
  if (name === 'properties') {
    const fields = Schema.parse(part)
    return Object.fromEntries(
      Object.entries(fields).map(([field, schema]) => [field, strict(Schema.parse(schema))]),
    )
  }
  if (name === 'items' || name === 'additionalProperties') {
    const schema = Schema.safeParse(part)
    return schema.success ? strict(schema.data) : part
  }
  return part
}
