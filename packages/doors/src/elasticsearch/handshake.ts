/** The Elasticsearch version this door says it is: one that all current clients speak to. */
export const ELASTICSEARCH_VERSION = '8.19.0'

/** Paths that clients look at, or put things to, before they send; everything below them is the same. */
const SETUP_PATHS =
  /^\/(?:_ilm\/policy|_index_template|_template|_component_template|_data_stream|_ingest|_nodes|_logstash)(?:\/|$)/

export interface HandshakeAnswer {
  readonly status: number
  /** Undefined: no body, as for HEAD. */
  readonly body: unknown
}

/**
 * What Elasticsearch would answer to the calls clients make before and around `_bulk`, or undefined where the path is
 * none of theirs. Templates and policies mean nothing here: they are acknowledged and forgotten, since a client that
 * cannot set them up does not send. `cluster` is any stable name of this installation.
 */
export function handshakeAnswer(method: string, path: string, cluster: string): HandshakeAnswer | undefined {
  if (method === 'HEAD') return { status: 200, body: undefined }
  if (method === 'GET' || method === 'POST') {
    if (path === '/' && method === 'GET') return { status: 200, body: clusterInfo(cluster) }
    if (path === '/_license' || path === '/_xpack/license') return { status: 200, body: license(cluster) }
    if (path === '/_cluster/health' || path.startsWith('/_cluster/health/'))
      return { status: 200, body: health() }
  }
  if (!SETUP_PATHS.test(path)) return undefined
  if (method === 'GET') return { status: 200, body: {} }
  return method === 'PUT' || method === 'POST' ? { status: 200, body: { acknowledged: true } } : undefined
}

function clusterInfo(cluster: string): unknown {
  return {
    name: 'heartwood',
    cluster_name: 'heartwood',
    cluster_uuid: cluster,
    version: {
      number: ELASTICSEARCH_VERSION,
      build_flavor: 'default',
      build_type: 'docker',
      build_hash: '0'.repeat(40),
      build_date: '2025-01-01T00:00:00.000Z',
      build_snapshot: false,
      lucene_version: '9.12.2',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  }
}

function license(cluster: string): unknown {
  return {
    license: { status: 'active', uid: cluster, type: 'basic', expiry_date_in_millis: 4_000_000_000_000 },
  }
}

function health(): unknown {
  return {
    cluster_name: 'heartwood',
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: 1,
    active_shards: 1,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  }
}
