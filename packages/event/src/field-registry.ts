import { attributeNamed } from './attribute-names.ts'

/**
 * What the product knows about fields: the event's own names, the OpenTelemetry and ECS names that mean them,
 * and how each is compared. Everything else is an attribute.
 */
export type FieldKind =
  /** Whole values are compared, case matters. */
  | 'keyword'
  /** Words are compared, any case. */
  | 'text'
  /** Ordered trace < debug < info < warn < error < fatal. */
  | 'level'
  | 'number'
  | 'time'

export interface OwnField {
  readonly name: OwnFieldName
  readonly kind: FieldKind
  readonly about: string
  readonly aliases: readonly string[]
}

export const OWN_FIELD_NAMES = [
  '@timestamp',
  'observed_at',
  'id',
  'level',
  'severity_number',
  'service',
  'hostname',
  'namespace',
  'pod',
  'environment',
  'message',
  'trace_id',
  'span_id',
  'request_id',
  'source',
  'weight',
  'raw',
] as const
export type OwnFieldName = (typeof OWN_FIELD_NAMES)[number]

export const OWN_FIELDS: readonly OwnField[] = [
  { name: '@timestamp', kind: 'time', about: 'when it happened', aliases: ['timestamp', 'time', '_time'] },
  {
    name: 'observed_at',
    kind: 'time',
    about: 'when it was received',
    aliases: ['event.ingested', 'observed_timestamp'],
  },
  { name: 'id', kind: 'keyword', about: 'batch id and index', aliases: ['_id', 'event.id'] },
  {
    name: 'level',
    kind: 'level',
    about: 'trace, debug, info, warn, error, fatal or unknown',
    aliases: ['log.level', 'severity', 'severity_text', 'lvl'],
  },
  { name: 'severity_number', kind: 'number', about: 'OpenTelemetry severity, 1 to 24, 0 unset', aliases: [] },
  {
    name: 'service',
    kind: 'keyword',
    about: 'the program that wrote it',
    aliases: ['service.name', 'service_name', 'resource.service.name'],
  },
  {
    name: 'hostname',
    kind: 'keyword',
    about: 'the machine it ran on',
    aliases: ['host.name', 'host.hostname', 'resource.host.name'],
  },
  {
    name: 'namespace',
    kind: 'keyword',
    about: 'Kubernetes namespace',
    aliases: ['k8s.namespace.name', 'kubernetes.namespace'],
  },
  { name: 'pod', kind: 'keyword', about: 'Kubernetes pod', aliases: ['k8s.pod.name', 'kubernetes.pod.name'] },
  {
    name: 'environment',
    kind: 'keyword',
    about: 'production, staging...',
    aliases: ['deployment.environment', 'deployment.environment.name', 'service.environment', 'env'],
  },
  { name: 'message', kind: 'text', about: 'the line itself', aliases: ['body', 'msg', '_msg'] },
  {
    name: 'trace_id',
    kind: 'keyword',
    about: 'W3C trace id, 32 hex digits',
    aliases: ['trace.id', 'traceId'],
  },
  { name: 'span_id', kind: 'keyword', about: 'W3C span id, 16 hex digits', aliases: ['span.id', 'spanId'] },
  {
    name: 'request_id',
    kind: 'keyword',
    about: 'request or correlation id',
    aliases: ['http.request.id', 'requestId'],
  },
  { name: 'source', kind: 'keyword', about: 'the door it came through', aliases: [] },
  { name: 'weight', kind: 'number', about: 'how many events it stands for', aliases: [] },
  {
    name: 'raw',
    kind: 'text',
    about: 'what was sent, kept when parsing changed it',
    aliases: ['event.original'],
  },
]

const BY_NAME: ReadonlyMap<string, OwnField> = new Map(
  OWN_FIELDS.flatMap((field) => [field.name, ...field.aliases].map((name) => [name, field] as const)),
)

/** The event's own field behind a name or alias, or undefined: then the name is an attribute's key. */
export function ownField(name: string): OwnField | undefined {
  return BY_NAME.get(name)
}

/** Attributes whose values are prose: compared by word, as `message` is. */
export const TEXT_ATTRIBUTES: ReadonlySet<string> = new Set([
  'error.message',
  'error.stack_trace',
  'error.stack',
  'exception.message',
  'exception.stacktrace',
  'err.message',
  'err.stack',
  'error',
  'err',
  'exception',
  'stack',
  'stack_trace',
  'stacktrace',
  'traceback',
  'db.statement',
  'db.query.text',
  'description',
  'log.original',
])

export function attributeKind(key: string): 'keyword' | 'text' {
  return TEXT_ATTRIBUTES.has(key) ? 'text' : 'keyword'
}

/**
 * Where a query's field name leads. `attributes.x` and `resource.x` say it outright; another name that is an alias of a known
 * attribute leads to that one.
 */
export type FieldTarget =
  | { readonly at: 'own'; readonly field: OwnField }
  | { readonly at: 'attribute'; readonly key: string; readonly kind: 'keyword' | 'text' }
  | { readonly at: 'resource'; readonly key: string }

export function fieldTarget(name: string): FieldTarget {
  const field = ownField(name)
  if (field !== undefined) return { at: 'own', field }
  if (name.startsWith('resource.')) return { at: 'resource', key: name.slice('resource.'.length) }
  const key = name.startsWith('attributes.')
    ? name.slice('attributes.'.length)
    : (attributeNamed(name)?.attribute.name ?? name)
  return { at: 'attribute', key, kind: attributeKind(key) }
}
