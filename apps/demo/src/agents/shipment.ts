/** What an agent posts to the ingest door. */
export interface Shipment {
  /** With the query string that says what the logs do not. */
  readonly path: string
  readonly contentType: 'application/x-ndjson' | 'text/plain'
  readonly body: string
}

/** Everything of the demo is found, hidden and deleted by it. */
export const ENVIRONMENT = 'demo'
