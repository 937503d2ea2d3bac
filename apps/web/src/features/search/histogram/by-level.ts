/** The field that the chart is split by unless another is chosen. */
export const BY_LEVEL = 'level'
