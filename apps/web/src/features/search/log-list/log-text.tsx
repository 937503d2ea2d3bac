import { Fragment, useMemo } from 'react'
import { type HitRange, visiblePieces } from './visible-text.ts'

/** Log text, only ever as text: hits marked, what would not be seen named. */
export function LogText({
  text,
  hits,
  lines,
}: {
  text: string
  hits?: readonly HitRange[]
  lines?: boolean
}) {
  const pieces = useMemo(() => visiblePieces(text, hits, lines), [text, hits, lines])
  let at = 0
  return pieces.map((piece) => {
    const key = at++
    if (piece.kind === 'text' && piece.classes === undefined)
      return <Fragment key={key}>{piece.text}</Fragment>
    if (piece.kind === 'text')
      return (
        <span key={key} className={piece.classes}>
          {piece.text}
        </span>
      )
    if (piece.kind !== 'unseen')
      return (
        <mark key={key} className={piece.kind === 'found' ? 'found' : undefined}>
          {piece.text}
        </mark>
      )
    return (
      <span key={key} className="unseen" title={piece.title}>
        {piece.text}
      </span>
    )
  })
}
