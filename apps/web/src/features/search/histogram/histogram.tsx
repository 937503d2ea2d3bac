'use client'

import type { AggregateOutput } from '@heartwood/api'
import dynamic from 'next/dynamic'
import { type PointerEvent, useMemo, useRef, useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import { prepareHistogram, rangeOfDrag } from './prepare-histogram.ts'

const HistogramChart = dynamic(() => import('./histogram-chart.tsx'), { ssr: false })
/** The chart's inner margin; the same numbers as PLOT of the chart, which is loaded later. */
const MARGIN = 10

/** Volume by level over time; a drag over it zooms into that time. */
export function Histogram(props: {
  answer: AggregateOutput | undefined
  onZoom(range: { from: number; to: number }): void
}) {
  const { zone } = useTimeZone()
  const view = useMemo(
    () => (props.answer === undefined ? undefined : prepareHistogram(props.answer, zone)),
    [props.answer, zone],
  )
  const [drag, setDrag] = useState<{ from: number; to: number }>()
  const box = useRef<HTMLDivElement>(null)

  const fractionOf = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect()
    if (rect === undefined) return 0
    return Math.min(1, Math.max(0, (event.clientX - rect.left - MARGIN) / (rect.width - 2 * MARGIN)))
  }
  const end = (event: PointerEvent) => {
    if (drag === undefined || view === undefined) return
    setDrag(undefined)
    const range = rangeOfDrag(view, drag.from, fractionOf(event))
    if (range !== undefined) props.onZoom(range)
  }

  return (
    <div
      ref={box}
      role="img"
      aria-label={view?.summary ?? 'Events over time'}
      data-testid={TEST_IDS.histogram}
      className="relative h-16 touch-pan-y cursor-crosshair select-none sm:h-24"
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        const at = fractionOf(event)
        setDrag({ from: at, to: at })
      }}
      onPointerMove={(event) => drag !== undefined && setDrag({ ...drag, to: fractionOf(event) })}
      onPointerUp={end}
      onPointerCancel={() => setDrag(undefined)}
    >
      {view !== undefined && <HistogramChart view={view} />}
      {drag !== undefined && Math.abs(drag.to - drag.from) > 0.003 && (
        <div
          className="pointer-events-none absolute top-1 bottom-5 border-x border-accent bg-accent/15"
          style={{
            left: `calc(${MARGIN}px + (100% - ${2 * MARGIN}px) * ${Math.min(drag.from, drag.to)})`,
            width: `calc((100% - ${2 * MARGIN}px) * ${Math.abs(drag.to - drag.from)})`,
          }}
        />
      )}
    </div>
  )
}
