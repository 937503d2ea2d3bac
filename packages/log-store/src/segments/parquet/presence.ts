/** Which rows of a stretch have a value. */
export interface Presence {
  readonly rows: number
  readonly values: number
  /** 1 or 0 for each row; undefined when all have one. */
  readonly present: Uint8Array | undefined
}

/** Rows whose code or mark is 0 have no value. */
export function presenceOf(marks: Uint8Array | Uint32Array): Presence {
  const rows = marks.length
  const first = marks.indexOf(0)
  if (first === -1) return { rows, values: rows, present: undefined }
  const present = new Uint8Array(rows).fill(1, 0, first)
  let values = first
  for (let row = first; row < rows; row++) {
    if (marks[row] === 0) continue
    present[row] = 1
    values++
  }
  return { rows, values, present }
}
