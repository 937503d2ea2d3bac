/** One message for whoever reads the topic: other programs, not an indexer of ours. */
export interface TopicMessage {
  /** Messages with the same key stay in order; those without one go anywhere. */
  readonly key: string | undefined
  readonly value: Uint8Array
}

/** Writes messages that other programs read, such as the topic of errors. */
export interface TopicWriter {
  /**
   * Resolves once all are durable, in the order given; none where there are none. Rejects with QueueError `io` or
   * `closed`: then some of them may be durable all the same, so writing the same again makes them come twice.
   */
  write(messages: readonly TopicMessage[]): Promise<void>
  close(): Promise<void>
}
