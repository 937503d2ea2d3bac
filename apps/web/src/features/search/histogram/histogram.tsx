'use client'

import type { AggregateOutput } from '@heartwood/api'
import dynamic from 'next/dynamic'
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import { type Brush, brushed, brushText, rangeOfBrush } from './brush.ts'
import { PlotSpan } from './plot-span.tsx'
import { type HistogramView, prepareHistogram, rangeOfDrag } from './prepare-histogram.ts'

const HistogramChart = dynamic(() => import('./histogram-chart.tsx'), { ssr: false })
/** The chart's inner margin; the same numbers as PLOT of the chart, which is loaded later. */
const MARGIN = 10

/**
 * Volume over time, split by a field. A drag over it zooms into that time, and so do the keys: arrows move a brush, with
 * Shift they widen it, Enter zooms.
 */
export function Histogram(props: {
  answer: AggregateOutput | undefined
  /** The moment that was gone to, epoch milliseconds. */
  mark?: number | undefined
  onZoom(range: { from: number; to: number }): void
}) {
  const { zone } = useTimeZone()
  const view = useMemo(
    () => (props.answer === undefined ? undefined : prepareHistogram(props.answer, zone)),
    [props.answer, zone],
  )
  const [drag, setDrag] = useState<{ from: number; to: number }>()
  const [picked, setPicked] = useState<Brush>()
  const box = useRef<HTMLDivElement>(null)
  const count = view?.buckets.length ?? 0
  const brush = picked !== undefined && picked.last < count ? picked : undefined

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
  function onKeyDown(event: KeyboardEvent) {
    if (view === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Enter' && brush !== undefined) {
      event.preventDefault()
      setPicked(undefined)
      return props.onZoom(rangeOfBrush(view, brush))
    }
    const next = brushed(brush, { key: event.key, shift: event.shiftKey }, count)
    if (next === undefined) return
    event.preventDefault()
    setPicked(next ?? undefined)
  }

  return (
    <div
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label={view?.summary ?? 'Events over time'}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={brush?.first ?? Math.max(0, count - 1)}
      aria-valuetext={
        view === undefined || brush === undefined
          ? 'Arrow keys pick a time, with Shift a longer one; Enter zooms into it'
          : brushText(view, brush)
      }
      data-testid={TEST_IDS.histogram}
      className="relative h-16 touch-pan-y cursor-crosshair select-none focus-visible:outline-offset-[-2px] sm:h-24"
      onKeyDown={onKeyDown}
      onBlur={() => setPicked(undefined)}
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
      {view !== undefined && (
        <>
          <HistogramChart view={view} />
          <Unfinished view={view} />
          <Mark view={view} mark={props.mark} />
        </>
      )}
      {drag !== undefined && Math.abs(drag.to - drag.from) > 0.003 && (
        <PlotSpan margin={MARGIN} from={drag.from} to={drag.to} look="border-x border-accent bg-accent/15" />
      )}
      {view !== undefined && brush !== undefined && (
        <>
          <PlotSpan
            margin={MARGIN}
            from={brush.first / count}
            to={(brush.last + 1) / count}
            look="border-x border-accent bg-accent/15"
          />
          <p
            data-testid={TEST_IDS.histogramBrush}
            className="pointer-events-none absolute top-1 left-1/2 z-10 max-w-full -translate-x-1/2 truncate rounded-md border border-line bg-raised px-2 py-0.5 text-xs shadow-pop"
          >
            {brushText(view, brush)}
          </p>
        </>
      )}
    </div>
  )
}

/** A line where the moment is that was gone to. */
function Mark({ view, mark }: { view: HistogramView; mark: number | undefined }) {
  const [first] = view.buckets
  if (first === undefined || mark === undefined) return null
  const at = (mark - first.start) / (view.intervalMillis * view.buckets.length)
  if (!(at >= 0 && at <= 1)) return null
  return (
    <PlotSpan margin={MARGIN} from={at} to={at} look="border-l-2 border-accent" testId={TEST_IDS.timeMark} />
  )
}

/** Hatches the bars that are not whole: those are not low, they are short. */
function Unfinished({ view }: { view: HistogramView }) {
  const count = view.buckets.length
  return view.buckets.map(({ start, unfinished }, index) =>
    unfinished ? (
      <PlotSpan
        key={start}
        margin={MARGIN}
        from={index / count}
        to={(index + 1) / count}
        look="hatched"
        testId={TEST_IDS.histogramUnfinished}
      />
    ) : null,
  )
}
