import { z } from 'zod'
import { CompareOutput } from './compare.ts'
import * as letters from './dead-letters.ts'
import * as context from './log-context.ts'
import { PatternsOutput } from './patterns.ts'
import { COMMON_ERRORS, pathKeys, ROUTES, type Route } from './routes.ts'
import * as saved from './saved-searches.ts'
import * as schemas from './schemas.ts'
import * as streams from './search-stream.ts'
import * as storage from './storage.ts'
import * as system from './system.ts'

type Json = { readonly [key: string]: unknown }

/** What the document needs of the error table (packages/runtime's ERROR_CODES). */
export type ErrorTable = Readonly<Record<string, { readonly status: number; readonly about: string }>>

/**
 * The OpenAPI 3.1 document of the REST interface (https://spec.openapis.org/oas/v3.1.1), made from the route table and
 * the zod schemas, so that it cannot say anything else than they do. Throws for an error code that is not in the table.
 */
export function openApiDocument({ version, errors }: { version: string; errors: ErrorTable }): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Heartwood',
      version,
      summary: 'Find, count, follow and delete logs.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'the address of the page' }],
    security: [{}, { accessToken: [] }],
    paths: pathsOf(Object.entries(ROUTES), errors),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'HEARTWOOD_ACCESS_TOKEN, where it is set',
        },
      },
    },
  }
}

/** Schemas that get a name of their own in the document. */
const COMPONENTS = {
  Log: schemas.LogJson,
  SearchAnswer: schemas.SearchOutput,
  SearchRows: streams.SearchRows,
  SearchProgress: streams.SearchProgress,
  SearchDone: streams.SearchDone,
  AggregateAnswer: schemas.AggregateOutput,
  PercentilesAnswer: schemas.PercentilesOutput,
  PatternsAnswer: PatternsOutput,
  CompareAnswer: CompareOutput,
  Read: schemas.ReadJson,
  TierRead: schemas.TierReadJson,
  Missing: schemas.MissingJson,
  TailLogs: schemas.TailLogs,
  TailStats: schemas.TailStats,
  TailGap: schemas.TailGap,
  Context: context.ContextOutput,
  Batch: schemas.BatchOutput,
  Fields: schemas.FieldsOutput,
  DeadLetter: letters.DeadLetterJson,
  WholeDeadLetter: letters.WholeDeadLetter,
  DeadLetterGroup: letters.DeadLetterGroup,
  DeadLetters: letters.DeadLettersOutput,
  ReplayQuestion: ROUTES.replayDeadLetters.input,
  Replay: letters.ReplayOutput,
  DismissQuestion: ROUTES.dismissDeadLetters.input,
  DismissAnswer: letters.DismissOutput,
  DeleteQuestion: ROUTES.delete.input,
  DeleteAnswer: schemas.DeleteOutput,
  SavedSearchContent: ROUTES.saveSearch.input,
  SavedSearch: saved.SavedSearchJson,
  SavedSearches: saved.SavedSearchesOutput,
  Status: schemas.StatusOutput,
  System: system.SystemOutput,
  AppState: system.AppStateJson,
  ProcessAccepted: system.ProcessAcceptedJson,
  Storage: storage.StorageOutput,
  StoredDay: storage.StoredDayJson,
  StorageServices: storage.StorageServicesOutput,
  Alert: schemas.AlertJson,
  Alerts: schemas.AlertsOutput,
  ErrorAnswer: schemas.ErrorAnswer,
} as const satisfies Record<string, z.ZodType>

const NAME_OF: ReadonlyMap<z.ZodType, string> = new Map(
  Object.entries(COMPONENTS).map(([name, schema]) => [schema, name]),
)

function componentSchemas(): Json {
  const registry = z.registry<{ id: string }>()
  for (const [schema, id] of NAME_OF) registry.add(schema, { id })
  const { schemas: made } = z.toJSONSchema(registry, { ...JSON_SCHEMA, uri: refOf, io: 'input' })
  return Object.fromEntries(Object.entries(made).map(([name, schema]) => [name, withoutAddress(schema)]))
}

function refOf(name: string): string {
  return `#/components/schemas/${name}`
}

/** Big integers are JSON numbers on the wire; the bounds zod adds to every integer say nothing. */
const JSON_SCHEMA = {
  unrepresentable: 'any',
  override({ zodSchema, jsonSchema }) {
    if (zodSchema._zod.def.type === 'bigint') jsonSchema.type = 'integer'
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  },
} as const satisfies Parameters<typeof z.toJSONSchema>[1]

/** Inside the document a schema needs neither an address nor a dialect of its own. */
function withoutAddress({
  $id,
  $schema,
  ...schema
}: {
  $id?: unknown
  $schema?: unknown
  [key: string]: unknown
}): Json {
  return schema
}

function pathsOf(routes: readonly [string, Route][], errors: ErrorTable): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, route] of routes) {
    const path = paths[route.path] ?? {}
    path[route.method.toLowerCase()] = operation(name, route, errors)
    paths[route.path] = path
  }
  return paths
}

function operation(name: string, route: Route, errors: ErrorTable): Json {
  return {
    operationId: name,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    ...inputOf(route),
    responses: { 200: answerOf(route), ...errorsOf(route, errors) },
  }
}

function inputOf(route: Route): Json {
  const inPath = new Set(pathKeys(route.path))
  const schema = z.toJSONSchema(route.input, { ...JSON_SCHEMA, io: 'input' })
  const required = new Set(schema.required)
  const isBody = route.method === 'POST' || route.method === 'PUT'
  const parameters = Object.entries(schema.properties ?? {})
    .filter(([key]) => inPath.has(key) || !isBody)
    .map(([key, property]) => parameter(key, property, inPath.has(key), required.has(key)))
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(isBody && {
      requestBody: { required: true, content: { 'application/json': { schema: bodyOf(route, inPath) } } },
    }),
  }
}

/** The schema of a body: what of the input does not stand in the path. */
function bodyOf(route: Route, inPath: ReadonlySet<string>): Json {
  if (inPath.size === 0) return schemaOf(route.input)
  const {
    properties = {},
    required = [],
    ...schema
  } = z.toJSONSchema(route.input, { ...JSON_SCHEMA, io: 'input' })
  return {
    ...withoutAddress(schema),
    properties: Object.fromEntries(Object.entries(properties).filter(([key]) => !inPath.has(key))),
    required: required.filter((key) => !inPath.has(key)),
  }
}

function parameter(
  name: string,
  property: z.core.JSONSchema._JSONSchema,
  inPath: boolean,
  required: boolean,
): Json {
  const { description, examples, ...schema } = typeof property === 'object' ? property : {}
  return {
    name,
    in: inPath ? 'path' : 'query',
    required: inPath || required,
    ...(description !== undefined && { description }),
    schema: { ...schema, ...(examples !== undefined && { examples }) },
  }
}

function answerOf(route: Route): Json {
  const type = route.stream ?? 'application/json'
  const others = (route.alsoAs ?? []).map((type) => [type, { schema: { type: 'string' } }])
  const content = { [type]: { schema: schemaOf(route.output) }, ...Object.fromEntries(others) }
  return { description: route.summary, content }
}

function schemaOf(schema: z.ZodType): Json {
  const name = NAME_OF.get(schema)
  return name === undefined ? withoutAddress(z.toJSONSchema(schema, JSON_SCHEMA)) : { $ref: refOf(name) }
}

/** Too many queries, and a part that is not there yet. */
const RETRIED: ReadonlySet<number> = new Set([429, 503])
const RETRY_AFTER = {
  'Retry-After': { description: 'seconds after which to try again', schema: { type: 'integer', minimum: 1 } },
}

/** One answer a status, whose description lists the codes that come with it. */
function errorsOf(route: Route, errors: ErrorTable): Json {
  const byStatus: Record<number, string[]> = {}
  for (const code of [...COMMON_ERRORS, ...route.errors]) {
    const entry = errors[code]
    if (entry === undefined)
      throw new Error(`route ${route.path} names the error ${code}, which is not in the table`)
    const lines = byStatus[entry.status] ?? []
    lines.push(`\`${code}\`: ${entry.about}`)
    byStatus[entry.status] = lines
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, lines]) => [
      status,
      {
        description: lines.join('\n\n'),
        ...(RETRIED.has(Number(status)) && { headers: RETRY_AFTER }),
        content: { 'application/json': { schema: { $ref: refOf('ErrorAnswer') } } },
      },
    ]),
  )
}
