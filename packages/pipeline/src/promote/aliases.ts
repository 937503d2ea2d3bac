import type { TextField } from '@heartwood/event'
import { canonicalKey, lastPart } from '../keys.ts'
import * as read from './readers.ts'

/** A name under which senders write one of the event's own fields. */
export interface Alias {
  readonly field: TextField
  /** Where several names of a field occur in one event, the lowest rank wins. */
  readonly rank: number
  readonly reader: read.Reader
  /** The attribute stays where it is: the name says more than the field (a label, a header, an error's text). */
  readonly keeps: boolean
  /** A header of HTTP, which some write as an array. */
  readonly isHeader?: boolean
}

interface AliasesOfField {
  readonly field: TextField
  readonly reader: read.Reader
  /** Best first. Each stands for all its spellings: see canonicalKey. */
  readonly moves: readonly string[]
  readonly keeps?: readonly string[]
  /** Names whose values need reading of their own. */
  readonly special?: Readonly<Record<string, read.Reader>>
}

/**
 * The names, from OpenTelemetry and ECS, the usual libraries (pino, bunyan, winston, zap, zerolog, logrus, slog, log4j2,
 * logback, Serilog, python-json-logger, structlog), agents (Fluent Bit, Filebeat, Vector), journald, GELF, Datadog.
 */
const ALIASES: readonly AliasesOfField[] = [
  {
    field: 'message',
    reader: read.line,
    moves: [
      'formattedMessage',
      'message',
      'msg',
      '@message',
      '@m',
      'short_message',
      'rendered_message',
      'body',
      'text',
      'event.message',
      'log.message',
      'log_message',
      'textPayload',
      'jsonPayload.message',
      'jsonPayload.msg',
      'resultDescription',
    ],
    keeps: ['@mt', 'message_template', 'error.message', 'error'],
    special: { log: read.containerLine },
  },
  {
    field: 'service',
    reader: read.name,
    moves: [
      'service.name',
      'service',
      'resource.service.name',
      'otelServiceName',
      'dd.service',
      'app',
      'application',
      'app.name',
      'application.name',
      'spring.application.name',
      'program',
      'syslog_identifier',
      'serviceContext.service',
    ],
    keeps: [
      'kubernetes.labels.app.kubernetes.io/name',
      'kubernetes.labels.app',
      'k8s.deployment.name',
      'kubernetes.container_name',
      'k8s.container.name',
      'container.name',
      'resource.labels.container_name',
    ],
  },
  {
    field: 'hostname',
    reader: read.name,
    moves: [
      'hostname',
      'host',
      'host.hostname',
      'resource.host.name',
      'machine_name',
      'properties.machine_name',
      'source_host',
      'computer_name',
      'node_name',
    ],
    keeps: ['kubernetes.host', 'kubernetes.node.name', 'k8s.node.name', 'agent.hostname', 'beat.hostname'],
  },
  {
    field: 'namespace',
    reader: read.name,
    moves: [
      'k8s.namespace.name',
      'kubernetes.namespace_name',
      'kubernetes.namespace',
      'k8s.namespace',
      'namespace',
      'namespace_name',
      'resource.labels.namespace_name',
    ],
  },
  {
    field: 'pod',
    reader: read.name,
    moves: [
      'k8s.pod.name',
      'kubernetes.pod_name',
      'kubernetes.pod',
      'k8s.pod',
      'pod',
      'pod_name',
      'resource.labels.pod_name',
    ],
  },
  {
    field: 'environment',
    reader: read.name,
    moves: [
      'environment',
      'deployment.environment.name',
      'deployment.environment',
      'service.environment',
      'env',
      'dd.env',
      'environment_name',
    ],
  },
  {
    field: 'trace_id',
    reader: read.hexId,
    moves: [
      'trace_id',
      'otelTraceID',
      '@tr',
      'context.trace_id',
      'span_context.trace_id',
      'x-b3-traceid',
      'x-trace-id',
    ],
    special: {
      'dd.trace_id': read.datadogTrace,
      'logging.googleapis.com/trace': read.googleTrace,
      trace: read.googleTraceName,
      'x-amzn-trace-id': read.xrayTrace,
      xray_trace_id: read.xrayTrace,
      'x-cloud-trace-context': read.leadingTrace,
      'uber-trace-id': read.leadingTrace,
      'sentry-trace': read.leadingTrace,
      b3: read.leadingTrace,
    },
  },
  {
    field: 'span_id',
    reader: read.hexId,
    moves: [
      'span_id',
      'otelSpanID',
      '@sp',
      'context.span_id',
      'span_context.span_id',
      'x-b3-spanid',
      'logging.googleapis.com/spanId',
    ],
    special: { 'dd.span_id': read.datadogSpan },
  },
  {
    field: 'request_id',
    reader: read.id,
    moves: [
      'request_id',
      'x-request-id',
      'req.id',
      'req_id',
      'http.request.id',
      'request.id',
      'aws_request_id',
      'x-amzn-requestid',
      'correlation_id',
      'x-correlation-id',
    ],
  },
]

/** HTTP header names that mean the same wherever they are nested (`req.headers.x-request-id`). */
const HEADERS: ReadonlySet<string> = new Set(
  [
    'x-request-id',
    'x-correlation-id',
    'x-trace-id',
    'x-b3-traceid',
    'x-b3-spanid',
    'x-amzn-trace-id',
    'x-cloud-trace-context',
    'uber-trace-id',
    'sentry-trace',
  ].map(canonicalKey),
)
/** Names of ids that mean the same in what libraries call the context of an event (`mdc.traceId`, `record.extra.span_id`). */
const CONTEXT_IDS: ReadonlySet<string> = new Set(
  ['trace_id', 'span_id', 'request_id', 'correlation_id'].map(canonicalKey),
)
const CONTEXTS: ReadonlySet<string> = new Set(
  [
    'mdc',
    'context',
    'context_map',
    'ctx',
    'extra',
    'fields',
    'labels',
    'properties',
    'attributes',
    'meta',
    'metadata',
    'headers',
    'request',
    'span',
    'json_payload',
    'state',
    'scope',
  ].map(canonicalKey),
)

const BY_KEY: ReadonlyMap<string, Alias> = new Map(
  ALIASES.flatMap(({ field, reader, moves, keeps = [], special = {} }) => [
    ...moves.map((key, rank): [string, Alias] => [key, { field, rank, reader, keeps: false }]),
    ...Object.entries(special).map(([key, own], rank): [string, Alias] => [
      key,
      { field, rank: 100 + rank, reader: own, keeps: own === read.leadingTrace },
    ]),
    ...keeps.map((key, rank): [string, Alias] => [key, { field, rank: 200 + rank, reader, keeps: true }]),
  ])
    .map(([key, alias]): [string, Alias] => [canonicalKey(key), alias])
    // Of two spellings of one name the first, better one counts.
    .reverse(),
)

/** The own field that a key means, or undefined: then it is an attribute like any other. `last` is its last dotted part. */
export function aliasOf(key: string, last: string): Alias | undefined {
  const alias = BY_KEY.get(canonicalKey(key))
  if (alias !== undefined || last === key) return alias
  const name = canonicalKey(last)
  const isNested = HEADERS.has(name) || (CONTEXT_IDS.has(name) && CONTEXTS.has(contextOf(key, last)))
  const nested = isNested ? BY_KEY.get(name) : undefined
  return nested === undefined
    ? undefined
    : { ...nested, rank: nested.rank + 300, keeps: true, isHeader: HEADERS.has(name) }
}

/** The part of a key before its last one. */
function contextOf(key: string, last: string): string {
  return canonicalKey(lastPart(key.slice(0, -last.length - 1)))
}

/** Whether a key names the message outright, not as a fallback. */
export function isMessageKey(key: string): boolean {
  const alias = BY_KEY.get(canonicalKey(key))
  return alias?.field === 'message' && !alias.keeps
}
