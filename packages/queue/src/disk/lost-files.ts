import type { QueueItem } from '../port.ts'
import { queueFileName } from './layout.ts'
import { fileOf, positionOf } from './position.ts'

export type Lost = Extract<QueueItem, { kind: 'lost' }>

/** What is gone between a file that was read to its end and the next that is there, if anything is. */
export function lostBetween(
  read: number,
  later: { readonly number: number; readonly previousEnd: bigint | undefined },
): Lost | undefined {
  const { number, previousEnd } = later
  if (previousEnd === undefined || fileOf(previousEnd) <= read || fileOf(previousEnd) >= number)
    return undefined
  return lost(read + 1, fileOf(previousEnd), previousEnd)
}

/**
 * What is gone where the file that `after` lies in is not there, if anything is, and `following` comes next, which says
 * that the records before it end at `previousEnd`. A publisher that began it without having seen the missing file names
 * an earlier end: then nobody knows how far that one went.
 */
export function lostAt(after: bigint, following: number, previousEnd: bigint): Lost | undefined {
  if (previousEnd === after) return undefined
  return lost(fileOf(after), following - 1, previousEnd > after ? previousEnd : positionOf(following, 0))
}

/** @param first,last numbers of the files; between them there need not have been one for every number */
function lost(first: number, last: number, position: bigint): Lost {
  const files =
    first >= last
      ? `the queue file ${queueFileName(first)} is missing`
      : `the queue files from ${queueFileName(first)} to ${queueFileName(last)} are missing`
  return { kind: 'lost', position, reason: files }
}
