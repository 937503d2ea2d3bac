import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { troubleIn } from '../src/kafka/client.ts'

const entry = (level: number, message: string, error?: string) => ({
  level,
  log: { timestamp: '', message, ...(error !== undefined && { error }) },
})

test('what every group says when a member comes or goes is told to nobody, whatever else the client says is', () => {
  const { ERROR, WARN } = kafkajs.logLevel
  const heartbeat = 'Response Heartbeat(key: 12, version: 3)'
  expect(
    troubleIn(entry(ERROR, heartbeat, 'The group is rebalancing, so a rejoin is needed')),
  ).toBeUndefined()
  expect(troubleIn(entry(WARN, 'The group is rebalancing, re-joining'))).toBeUndefined()
  expect(troubleIn(entry(ERROR, heartbeat, 'The coordinator is not aware of this member'))).toEqual({
    level: 'error',
    message: `${heartbeat}: The coordinator is not aware of this member`,
  })
  expect(troubleIn(entry(WARN, 'Connection timeout'))).toEqual({
    level: 'warn',
    message: 'Connection timeout',
  })
})
