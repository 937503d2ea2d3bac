import { expect, test } from 'vitest'
import { queueLimit } from '../src/queue-limit.ts'

const MIB = 1024 ** 2

test.each([
  ['a tenth of the disk for logs', 10, 64, 1e9],
  ['room for four of the largest bodies, however small the disk', 0.01, 64, 256 * MIB],
  ['four GiB, however large the disk', 10_000, 64, 4096 * MIB],
])('what may wait in the queue: %s', (_what, diskGb, bodyMb, bytes) => {
  expect(queueLimit({ HEARTWOOD_MAX_DISK_GB: diskGb, HEARTWOOD_MAX_BODY_MB: bodyMb })).toBe(bytes)
})
