import type { Diagnostic } from '@heartwood/query-lang'

/** A piece of the query text, underlined where a diagnostic says so. */
export interface MarkedPiece {
  readonly text: string
  readonly start: number
  readonly wrong: boolean
}

/**
 * Cuts the text where errors begin and end. An error at the very end, or of no width, marks the character before it,
 * or a space behind the text where there is none: it must be seen.
 */
export function markSpans(text: string, diagnostics: readonly Diagnostic[]): MarkedPiece[] {
  const shown = diagnostics.some(({ span }) => span.start >= text.length) ? `${text} ` : text
  const spans = diagnostics.map(({ span }) => ({
    start: Math.min(span.start, shown.length - 1),
    end: Math.max(Math.min(span.end, shown.length), Math.min(span.start, shown.length - 1) + 1),
  }))
  const cuts = [...new Set([0, ...spans.flatMap(({ start, end }) => [start, end]), shown.length])].sort(
    (a, b) => a - b,
  )
  return cuts.slice(0, -1).map((start, i) => {
    const end = cuts[i + 1] ?? shown.length
    const wrong = spans.some((span) => span.start <= start && end <= span.end)
    return { text: shown.slice(start, end), start, wrong }
  })
}
