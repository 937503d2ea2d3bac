/** How much is at most together. */
export interface PartLimits {
  readonly events: number
  /** Inflated bytes of the bodies. */
  readonly bytes: number
}

/** How much an item adds. */
export interface PartSize {
  readonly records: number
  readonly bytes: number
}

/**
 * Cuts items in a row into parts within the limits, as few as can be; an item alone may be over them.
 * @param fits whether an item can be in one part with the first of it
 */
export function* partsWithin<T>(
  items: readonly T[],
  limits: PartLimits,
  sizeOf: (item: T) => PartSize,
  fits: (first: T, item: T) => boolean = () => true,
): Generator<T[]> {
  let part: T[] = []
  let events = 0
  let bytes = 0
  for (const item of items) {
    const size = sizeOf(item)
    const isWithin = events + size.records <= limits.events && bytes + size.bytes <= limits.bytes
    const [first] = part
    if (first !== undefined && !(isWithin && fits(first, item))) {
      yield part
      part = []
      events = 0
      bytes = 0
    }
    part.push(item)
    events += size.records
    bytes += size.bytes
  }
  if (part.length > 0) yield part
}
