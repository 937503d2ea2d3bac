/** What one request of a sender holds at most. */
export const SENDING_LIMITS = {
  /** Below the smallest limit that ingest can be set to, bytes. */
  maxBytes: 1_000_000,
  maxLines: 10_000,
  /** What ingest takes as one record, bytes; it would refuse a longer one by its index. */
  maxLineBytes: 1_000_000,
  /** A JSON document goes out whole, bytes. */
  maxDocumentBytes: 32_000_000,
  /** How much of the start is looked at to tell a document from lines, bytes. */
  peekBytes: 256_000,
} as const
