/** One message for whoever reads the topic: other programs, not an indexer of ours. */
export interface TopicMessage {
  /** Messages with the same key stay in order; those without one go anywhere. */
  readonly key: string | undefined
  readonly value: Uint8Array
  /** What is written instead where the topic does not take `value`. */
  readonly shortened?: () => Uint8Array
}

/** Writes messages that other programs read, such as the topic of errors. */
export interface TopicWriter {
  /**
   * What is larger than the topic takes is written shortened, and left out where that is too large as well; a side topic
   * holds nobody up. Resolves once all are durable, in the order given; none where there are none. Some may come twice:
   * where a request had to be tried again, and where it rejects with QueueError `io` or `closed` and is written again.
   */
  write(messages: readonly TopicMessage[]): Promise<void>
  close(): Promise<void>
}
