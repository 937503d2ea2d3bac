import type { Sent } from '../load.ts'

/**
 * The senders whose batches do not lie in the topic in the order they were sent in; what is there again behind its first
 * place is a resend, and counts for nothing. `topic` has the batch ids of each partition in order.
 */
export function outOfOrder(topic: readonly (readonly string[])[], sent: readonly Sent[]): string[] {
  const place = new Map<string, { partition: number; place: number }>()
  for (const [partition, ids] of topic.entries()) {
    for (const [index, id] of ids.entries()) if (!place.has(id)) place.set(id, { partition, place: index })
  }
  const last = new Map<number, { partition: number; place: number }>()
  const wrong: string[] = []
  for (const { key, sender, batchId } of sent) {
    // Only named batches have a sender that Heartwood knows.
    if (key === undefined || batchId === undefined) continue
    const here = place.get(batchId)
    const before = last.get(sender)
    if (here === undefined) wrong.push(`${batchId} is not in the topic`)
    else {
      if (before !== undefined && before.partition !== here.partition)
        wrong.push(
          `${batchId} of sender ${sender} is in partition ${here.partition}, the one before in ${before.partition}`,
        )
      else if (before !== undefined && before.place > here.place)
        wrong.push(`${batchId} of sender ${sender} lies before the batch that was sent before it`)
      last.set(sender, here)
    }
  }
  return wrong
}
