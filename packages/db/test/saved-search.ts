import { randomUUID } from 'node:crypto'
import type { StoredSearch } from '../src/index.ts'

/** A saved search as the page makes it. */
export function savedSearch(changes: Partial<StoredSearch> = {}): StoredSearch {
  return {
    id: randomUUID(),
    owner: 'owner',
    name: 'Failed payments',
    description: 'What support asks for 💳',
    query: 'level:error "payment failed"',
    fromTime: 'now-1h',
    toTime: 'now',
    display: 'columns=time,message',
    createdAt: 1_760_000_000_123,
    updatedAt: 1_760_000_000_456,
    ...changes,
  }
}
