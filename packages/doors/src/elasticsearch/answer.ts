import { eventId } from '@heartwood/event'
import type { RefusalCode, RefusedRecord } from '../accepted.ts'
import type { AcceptedBulk } from './accept.ts'
import { type PathFilter, pathFilter } from './filter-path.ts'

/** Elasticsearch clients look for these on an answer. */
export const PRODUCT_HEADER = { name: 'X-Elastic-Product', value: 'Elasticsearch' } as const

/** The index named in answers where neither the action nor the URL names one. */
const NO_INDEX = 'logs-generic-default'

const ERROR_TYPES: Readonly<Record<RefusalCode, string>> = {
  unknown_action: 'illegal_argument_exception',
  no_source: 'action_request_validation_exception',
  not_an_object: 'document_parsing_exception',
  invalid_json: 'document_parsing_exception',
  invalid_protobuf: 'document_parsing_exception',
  too_long: 'document_parsing_exception',
  delete_unsupported: 'illegal_argument_exception',
}

/**
 * The JSON text of a `_bulk` answer: one item per action, in order, compact, `errors` right before `items` (clients
 * search the text for both). Objects that `filter_path` leaves empty are left out, as Elasticsearch does.
 */
export function bulkAnswer(
  accepted: AcceptedBulk,
  answer: { batchId: string; index: string | undefined; tookMs: number; filterPath: string | undefined },
): string {
  const wanted = pathFilter(answer.filterPath)
  const item = itemPrinter(wanted, answer.batchId, answer.index)
  const refusals = new Map(accepted.refused.map((refused) => [refused.index, refused]))
  const parts: string[] = []
  if (wanted(['took'])) parts.push(`"took":${Math.round(answer.tookMs)}`)
  if (wanted(['errors'])) parts.push(`"errors":${refusals.size > 0}`)
  const items: string[] = []
  accepted.frames.forEach(({ action }, index) => {
    const text = item(action?.operation ?? 'index', action, index, refusals.get(index))
    if (text !== undefined) items.push(text)
  })
  if (items.length > 0) parts.push(`"items":[${items.join(',')}]`)
  return `{${parts.join(',')}}`
}

/** The JSON text of the answer to one document sent to `_doc` or `_create`, which has one item. */
export function documentAnswer(
  accepted: AcceptedBulk,
  answer: { batchId: string; index: string | undefined },
): { status: 201 | 400; body: unknown } {
  const frame = accepted.frames[0]
  const refused = accepted.refused[0]
  if (refused !== undefined)
    return { status: 400, body: errorAnswer(400, ERROR_TYPES[refused.code], refused.reason) }
  return {
    status: 201,
    body: {
      _index: frame?.action?.index ?? answer.index ?? NO_INDEX,
      _id: frame?.action?.id ?? eventId(answer.batchId, 0),
      _version: 1,
      result: 'created',
      _shards: { total: 1, successful: 1, failed: 0 },
      _seq_no: 0,
      _primary_term: 1,
    },
  }
}

/** The body of an answer that refuses a whole request, in Elasticsearch's shape. */
export function errorAnswer(status: number, type: string, reason: string): unknown {
  return { error: { root_cause: [{ type, reason }], type, reason }, status }
}

/** Elasticsearch's exception for a status; clients show it, and decide by the status. */
export function errorType(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return 'security_exception'
    case 404:
      return 'resource_not_found_exception'
    case 413:
      return 'content_too_long_exception'
    case 400:
    case 415:
      return 'illegal_argument_exception'
    case 429:
      return 'es_rejected_execution_exception'
    case 503:
    case 507:
      return 'cluster_block_exception'
    default:
      return 'exception'
  }
}

type ItemPrinter = (
  operation: string,
  action: { readonly index: string | undefined; readonly id: string | undefined } | undefined,
  index: number,
  refused: RefusedRecord | undefined,
) => string | undefined

/** Which fields an item has is the same for all items of an operation, so the filter is asked once for each. */
function itemPrinter(wanted: PathFilter, batchId: string, urlIndex: string | undefined): ItemPrinter {
  const shown = new Map<string, ReadonlySet<string>>()
  const fieldsOf = (operation: string): ReadonlySet<string> => {
    let fields = shown.get(operation)
    if (fields === undefined) {
      fields = new Set(ITEM_FIELDS.filter((field) => wanted(['items', operation, ...field.split('.')])))
      shown.set(operation, fields)
    }
    return fields
  }
  return (operation, action, index, refused) => {
    const fields = fieldsOf(operation)
    const parts: string[] = []
    const put = (field: (typeof ITEM_FIELDS)[number], text: string) => {
      if (fields.has(field)) parts.push(`"${field}":${text}`)
    }
    put('_index', JSON.stringify(action?.index ?? urlIndex ?? NO_INDEX))
    const id = action?.id ?? (refused === undefined ? eventId(batchId, index) : undefined)
    if (id !== undefined) put('_id', JSON.stringify(id))
    if (refused === undefined) {
      put('_version', '1')
      put('result', '"created"')
      put('status', '201')
    } else {
      put('status', '400')
      const error = [
        ...(fields.has('error.type') ? [`"type":${JSON.stringify(ERROR_TYPES[refused.code])}`] : []),
        ...(fields.has('error.reason') ? [`"reason":${JSON.stringify(refused.reason)}`] : []),
      ]
      if (error.length > 0) parts.push(`"error":{${error.join(',')}}`)
    }
    return parts.length === 0 ? undefined : `{"${operation}":{${parts.join(',')}}}`
  }
}

const ITEM_FIELDS = ['_index', '_id', '_version', 'result', 'status', 'error.type', 'error.reason'] as const
