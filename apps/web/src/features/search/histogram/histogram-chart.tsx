'use client'

import { BarChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { HistogramView, Series } from './prepare-histogram.ts'

use([BarChart, GridComponent, TooltipComponent, CanvasRenderer])

/** Where the bars begin and end inside the chart, pixels from the left and right edge. */
const PLOT = { left: 10, right: 10 } as const

/** Draws what `prepareHistogram` decided; colours come from the theme of the page. */
export default function HistogramChart({ view }: { view: HistogramView }) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(undefined)

  useEffect(() => {
    if (box.current === null) return
    const made = init(box.current, undefined, { renderer: 'canvas' })
    chart.current = made
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(box.current)
    return () => {
      observer.disconnect()
      made.dispose()
      chart.current = undefined
    }
  }, [])

  useEffect(() => {
    const draw = () => {
      if (box.current !== null)
        chart.current?.setOption(optionOf(view, themeColours(box.current, view.series)), { notMerge: true })
    }
    draw()
    const scheme = window.matchMedia('(prefers-color-scheme: dark)')
    const themed = new MutationObserver(draw)
    scheme.addEventListener('change', draw)
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      scheme.removeEventListener('change', draw)
      themed.disconnect()
    }
  }, [view])

  return <div ref={box} className="size-full" />
}

interface Colours {
  readonly fill: ReadonlyMap<Series['fill'], string>
  readonly text: string
  readonly line: string
  readonly ground: string
  readonly strong: string
}

function optionOf(view: HistogramView, colours: Colours) {
  const { buckets, series } = view
  return {
    animation: false,
    grid: { left: PLOT.left, right: PLOT.right, top: 6, bottom: 20 },
    tooltip: {
      trigger: 'axis' as const,
      confine: true,
      axisPointer: { type: 'shadow' as const, shadowStyle: { color: colours.strong, opacity: 0.08 } },
      backgroundColor: colours.ground,
      borderColor: colours.line,
      padding: [6, 9],
      textStyle: { color: colours.strong, fontSize: 12, fontFamily: 'inherit' },
      formatter: (hovered: unknown) => tooltipOf(view, colours, hovered),
    },
    xAxis: {
      type: 'category' as const,
      data: buckets.map((bucket) => bucket.axisLabel),
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: {
        color: colours.text,
        fontSize: 11,
        fontFamily: 'inherit',
        margin: 6,
        hideOverlap: true,
        interval: (_index: number, label: string) => label !== '',
      },
    },
    yAxis: { type: 'value' as const, show: false, max: 'dataMax' as const },
    series: series.map(({ value, fill, alarming, counts }) => ({
      type: 'bar' as const,
      name: value,
      stack: 'values',
      // Nothing is drawn for none: the minimal height below would make it look like some.
      data: counts.map((count) => (count === 0 ? '-' : count)),
      barCategoryGap: buckets.length > 200 ? '0%' : '18%',
      barMinHeight: alarming ? 2 : 0,
      itemStyle: { color: colours.fill.get(fill) ?? colours.text },
      emphasis: { disabled: true },
    })),
  }
}

/** Built of text nodes: nothing that comes from logs is ever read as markup. */
function tooltipOf(view: HistogramView, colours: Colours, hovered: unknown): HTMLElement {
  const index = hoveredIndex(hovered)
  const box = document.createElement('div')
  const title = document.createElement('div')
  title.textContent = view.buckets[index]?.title ?? ''
  title.style.fontWeight = '600'
  box.append(title)
  for (const { label, fill, counts } of view.series.toReversed()) {
    const count = counts[index] ?? 0
    if (count === 0) continue
    const line = document.createElement('div')
    line.style.cssText = 'display:flex;align-items:center;gap:6px'
    const swatch = document.createElement('span')
    swatch.style.cssText = `width:8px;height:8px;border-radius:2px;background:${colours.fill.get(fill)}`
    const name = document.createElement('span')
    name.textContent = label
    name.style.cssText = 'max-width:16rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap'
    const value = document.createElement('span')
    value.textContent = count.toLocaleString('en')
    value.style.cssText = 'margin-left:auto;padding-left:16px;font-variant-numeric:tabular-nums'
    line.append(swatch, name, value)
    box.append(line)
  }
  if (box.childElementCount === 1) box.append('no events')
  if (view.buckets[index]?.unfinished === true) {
    const note = document.createElement('div')
    note.textContent = 'only a part of it is in the range'
    note.style.opacity = '0.7'
    box.append(note)
  }
  return box
}

function hoveredIndex(hovered: unknown): number {
  const first: unknown = Array.isArray(hovered) ? hovered[0] : hovered
  const index = typeof first === 'object' && first !== null && 'dataIndex' in first ? first.dataIndex : 0
  return typeof index === 'number' ? index : 0
}

/** A canvas knows no CSS variables: the browser resolves them on a probe. */
function themeColours(box: HTMLElement, series: readonly Series[]): Colours {
  const probe = box.appendChild(document.createElement('span'))
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const colours: Colours = {
    fill: new Map(series.map(({ fill }) => [fill, colour(fill.slice(2))])),
    text: colour('faint'),
    line: colour('line'),
    ground: colour('raised'),
    strong: colour('text'),
  }
  probe.remove()
  return colours
}
