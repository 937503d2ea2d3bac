/** Kept in `_source` alone. */
const KEPT = { type: 'object', enabled: false } as const
const KEYWORD = { type: 'keyword', ignore_above: 1024 } as const

/** Batches: `_id` is `documentId(batch_id)`, `receipt` a BatchReceipt whose time is text. */
export const BATCHES_MAPPING = {
  dynamic: false,
  properties: { received_at: { type: 'long' }, receipt: KEPT },
} as const

/**
 * Dead letters: `_id` is `documentId(id)`, `letter` the letter as it is. The fields beside it narrow what a filter can match;
 * `matchesLetter` decides. `written` grows from letter to letter: the newest has the greatest.
 */
export const DEAD_LETTERS_MAPPING = {
  dynamic: false,
  properties: {
    written: { type: 'long' },
    at: { type: 'long' },
    id: KEYWORD,
    door: KEYWORD,
    step: KEYWORD,
    batch_id: KEYWORD,
    bytes: { type: 'long' },
    letter: KEPT,
  },
} as const

/** Deletes that what is written later has to respect, see tombstones.ts. */
export const DELETES_MAPPING = {
  dynamic: false,
  properties: { at: { type: 'long' }, tombstone: KEPT },
} as const
