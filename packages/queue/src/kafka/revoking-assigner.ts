import kafkajs, { type PartitionAssigner } from 'kafkajs'

/** What kafkajs takes to be Kafka's own word for it, and tries again after a short while. */
class StillRevoking extends Error {
  readonly type = 'REBALANCE_IN_PROGRESS'
  readonly retriable = true
}

/**
 * Divides partitions in turn, as all members of the group must agree to do. kafkajs asks the assigner for its protocol
 * each time it is about to join, which is the one place where it can be held: a member does not join anew before it has
 * given back what it had.
 *
 * @param mayJoin begins to give back what there is, and says whether nothing is left
 */
export function revokingAssigner(mayJoin: () => boolean): PartitionAssigner {
  return (config) => {
    const inner = kafkajs.PartitionAssigners.roundRobin(config)
    return {
      ...inner,
      assign: (group) => inner.assign(group),
      protocol(subscription) {
        if (!mayJoin()) throw new StillRevoking('what this member had is still being given back')
        return inner.protocol(subscription)
      },
    }
  }
}
