export const PLACEHOLDER = 'Search logs:  level:error service:checkout "payment failed"'

/** The longest query the API takes, UTF-16 units. */
export const MAX_QUERY = 20_000
