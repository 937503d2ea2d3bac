/**
 * The longest record in bytes. A longer one is refused by its index; its neighbours are kept. 1 MiB is far above any
 * log line and below what would make one event a burden for every later stage.
 */
export const MAX_RECORD_BYTES = 1024 * 1024

/** The most records of one body; more is refused as a whole (413), since an answer and an index are kept for each. */
export const MAX_RECORDS = 1_000_000

/** The same for `_bulk`, whose answer has an item per action. */
export const MAX_BULK_RECORDS = 250_000

/** Objects nested deeper than this are kept as JSON text in `rest` instead of as columns. */
export const MAX_COLUMN_DEPTH = 32

/** The most attribute columns (key, type) of one batch; further keys go to `rest`. */
export const MAX_COLUMNS = 1_000

/** The most cells (rows times columns) of one batch, which bounds the memory a batch of odd keys can take. */
export const MAX_CELLS = 32_000_000

/** Attribute keys longer than this, in UTF-16 units, go to `rest`. */
export const MAX_KEY_LENGTH = 512
