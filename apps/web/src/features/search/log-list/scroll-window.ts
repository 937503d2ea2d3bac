/**
 * Where the rows of a long list stand in the height a browser can scroll. Only a window of them is laid out; it is
 * carried along while one scrolls, and laid anew where one jumps to.
 *
 * Up to MAX_PIXELS a row has its true place. Beyond, the middle of the height is compressed, so that the thumb still
 * maps to all rows, and both ends stay true, so that they are reached row by row. Within the window a pixel scrolled is
 * always a pixel of rows.
 */
export interface ScrollWindow {
  /** The first row that is laid out. */
  readonly base: number
  readonly count: number
  /** Where it begins, pixels from the top of the list. */
  readonly top: number
}

export interface ScrollScale {
  readonly rows: number
  /** Height of a row as it is before it is measured. */
  readonly rowPixels: number
}

export const WINDOW_ROWS = 1_200
/** The window is carried along before fewer rows than this are left on a side. */
export const EDGE_ROWS = 200
/** Firefox stops at some 17.8 million, Chrome and Safari at 33 million. */
export const MAX_PIXELS = 12_000_000
/** Each end of a compressed height. */
const END_PIXELS = 1_000_000

export function heightOf({ rows, rowPixels }: ScrollScale): number {
  return Math.min(MAX_PIXELS, rows * rowPixels)
}

export function isCompressed({ rows, rowPixels }: ScrollScale): boolean {
  return rows * rowPixels > MAX_PIXELS
}

/** Pixels from the top at which a row stands, if all are as high as `rowPixels`. */
export function offsetOfRow(row: number, scale: ScrollScale): number {
  const { rows, rowPixels } = scale
  if (!isCompressed(scale)) return row * rowPixels
  const end = END_PIXELS / rowPixels
  if (row <= end) return row * rowPixels
  if (row >= rows - end) return MAX_PIXELS - (rows - row) * rowPixels
  return END_PIXELS + ((row - end) * (MAX_PIXELS - 2 * END_PIXELS)) / (rows - 2 * end)
}

/** The row, with a fraction, at so many pixels from the top: the inverse of `offsetOfRow`. */
export function rowOfOffset(offset: number, scale: ScrollScale): number {
  const { rows, rowPixels } = scale
  if (!isCompressed(scale)) return offset / rowPixels
  const end = END_PIXELS / rowPixels
  if (offset <= END_PIXELS) return offset / rowPixels
  if (offset >= MAX_PIXELS - END_PIXELS) return rows - (MAX_PIXELS - offset) / rowPixels
  return end + ((offset - END_PIXELS) * (rows - 2 * end)) / (MAX_PIXELS - 2 * END_PIXELS)
}

/** The window around a row that stands at `offset`. */
export function windowAround(row: number, offset: number, scale: ScrollScale): ScrollWindow {
  const count = Math.min(WINDOW_ROWS, scale.rows)
  const base = Math.max(0, Math.min(scale.rows - count, Math.floor(row) - Math.floor(count / 2)))
  return { base, count, top: base === 0 ? 0 : offset - (row - base) * scale.rowPixels }
}

/** The window where one jumps to: the row that the place of the thumb stands for. */
export function windowAtOffset(offset: number, scale: ScrollScale): ScrollWindow {
  return windowAround(rowOfOffset(offset, scale), offset, scale)
}

export interface View {
  /** Pixels from the top of the list. */
  readonly offset: number
  readonly pixels: number
  /** Scrolled since the view before. */
  readonly moved: number
}

/**
 * The window for a view, the same one where it still serves. `pixelsOf` is the height of the rows of the window in
 * front of an index, as they are laid out.
 */
export function windowFor(
  window: ScrollWindow,
  view: View,
  scale: ScrollScale,
  pixelsOf: (row: number) => number,
): ScrollWindow {
  const { base, count, top } = window
  const { rowPixels } = scale
  const end = top + pixelsOf(base + count)
  const isBeyond = view.offset + view.pixels < top || view.offset > end
  const isThrown = isCompressed(scale) && Math.abs(view.moved) > 4 * view.pixels
  if (isBeyond || isThrown) return windowAtOffset(view.offset, scale)
  const edge = EDGE_ROWS * rowPixels
  const isNearTop = base > 0 && view.offset < top + edge
  const isNearEnd = base + count < scale.rows && view.offset + view.pixels > end - edge
  if (!isNearTop && !isNearEnd) return window
  const first = base + Math.floor(((view.offset - top) / Math.max(1, end - top)) * count)
  const next = windowAround(first, view.offset, scale)
  return { ...next, top: top + pixelsOf(next.base) }
}

/** How far a window has to be moved, and the view with it, so that the list begins at its top. */
export function correctionOf({ base, top }: ScrollWindow, scale: ScrollScale): number {
  if (base === 0) return -top
  // Rows above need some room, however little is left of it.
  const least = Math.min(base, EDGE_ROWS) * scale.rowPixels
  return top < least ? offsetOfRow(base, scale) - top : 0
}

/** Height of the whole list around a window. */
export function heightAround(window: ScrollWindow, windowPixels: number, scale: ScrollScale): number {
  const below = scale.rows - window.base - window.count
  const end = window.top + windowPixels
  if (below === 0) return end
  if (!isCompressed(scale)) return end + below * scale.rowPixels
  return Math.max(MAX_PIXELS, end + Math.min(below, EDGE_ROWS) * scale.rowPixels)
}
