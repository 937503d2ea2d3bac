import {
  type AttributeValue,
  exactIntegers,
  isScalar,
  type LogEvent,
  levelOfSeverity,
  parseArray,
} from '@heartwood/event'
import { z } from 'zod'

const Values = z.custom<Readonly<Record<string, unknown>>>(isRecord)
const Types = z.object({ attributes: Values.optional(), resource: Values.optional() })

/** `_source` of a document that documentEncoder made. */
const Document = z.object({
  id: z.string(),
  timestamp: z.string(),
  observed_at: z.string(),
  severity_number: z.number(),
  weight: z.number(),
  flags: z.number(),
  service: z.string().optional(),
  hostname: z.string().optional(),
  namespace: z.string().optional(),
  pod: z.string().optional(),
  environment: z.string().optional(),
  message: z.string().optional(),
  trace_id: z.string().optional(),
  span_id: z.string().optional(),
  request_id: z.string().optional(),
  source: z.string().optional(),
  raw: z.string().optional(),
  rest: z.string().optional(),
  attributes: Values.optional(),
  resource: Values.optional(),
  value_types: Types.optional(),
  more: z.string().optional(),
})

/** The event that a document's `_source` holds, exactly as documentEncoder was given it. Throws ZodError for anything else. */
export function readDocument(source: unknown): LogEvent {
  const document = Document.parse(source)
  const more = document.more === undefined ? {} : Types.parse(JSON.parse(document.more, exactIntegers))
  return {
    id: document.id,
    timestamp: BigInt(document.timestamp),
    observed_at: BigInt(document.observed_at),
    level: levelOfSeverity(document.severity_number),
    severity_number: document.severity_number,
    service: document.service,
    hostname: document.hostname,
    namespace: document.namespace,
    pod: document.pod,
    environment: document.environment,
    message: document.message ?? '',
    trace_id: document.trace_id,
    span_id: document.span_id,
    request_id: document.request_id,
    source: document.source ?? '',
    weight: document.weight,
    raw: document.raw,
    flags: document.flags,
    attributes: readValues(document.attributes, document.value_types?.attributes, more.attributes),
    resource: readValues(document.resource, document.value_types?.resource, more.resource),
    rest: document.rest,
  }
}

function readValues(
  values: Readonly<Record<string, unknown>> = {},
  types: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Record<string, AttributeValue> {
  // A null prototype: keys come from senders, and `__proto__` is one of them.
  const found: Record<string, AttributeValue> = Object.create(null)
  for (const [key, value] of Object.entries(values)) {
    const read = readValue(value, Object.hasOwn(types, key) ? types[key] : undefined)
    if (read !== undefined) found[key] = read
  }
  for (const [key, value] of Object.entries(more)) {
    if (isScalar(value)) found[key] = value
    else if (Array.isArray(value)) found[key] = value.filter(isScalar)
  }
  return found
}

function readValue(value: unknown, type: unknown): AttributeValue | undefined {
  if (!isScalar(value) || type === 'rest') return undefined
  if (typeof value !== 'string') return value
  if (type === 'array') return parseArray(value)
  return type === 'int64' ? BigInt(value) : value
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
