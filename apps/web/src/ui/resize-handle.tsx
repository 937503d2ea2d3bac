'use client'

import { type KeyboardEvent, type PointerEvent, useRef } from 'react'

const STEP_PIXELS = 24

/** The edge of a panel, which pulls it wider or narrower by mouse, touch or arrow keys; a double click puts it back. */
export function ResizeHandle(props: {
  readonly label: string
  /** Where the panel grows to when it is pulled wider. */
  readonly grows: 'left' | 'right'
  readonly width: number
  readonly min: number
  readonly max: number
  onResize(width: number): void
  onReset(): void
}) {
  const { grows, width, min, max, onResize } = props
  const from = useRef<{ x: number; width: number }>(undefined)
  const resize = (next: number) => onResize(Math.round(Math.max(min, Math.min(max, next))))
  const towards = grows === 'right' ? 1 : -1

  function onPointerMove(event: PointerEvent) {
    if (from.current !== undefined) resize(from.current.width + towards * (event.clientX - from.current.x))
  }
  function onKeyDown(event: KeyboardEvent) {
    const next = {
      ArrowLeft: width - towards * STEP_PIXELS,
      ArrowRight: width + towards * STEP_PIXELS,
      Home: min,
      End: max,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    resize(next)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be pulled
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={props.label}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      className={`absolute inset-y-0 z-10 w-2 cursor-col-resize touch-none after:absolute after:inset-y-0 after:w-0.5 after:transition-colors hover:after:bg-accent focus-visible:outline-none focus-visible:after:bg-accent active:after:bg-accent ${grows === 'left' ? '-left-1 after:left-[3px]' : '-right-1 after:right-[3px]'}`}
      onPointerDown={(event) => {
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        from.current = { x: event.clientX, width }
      }}
      onPointerMove={onPointerMove}
      onLostPointerCapture={() => {
        from.current = undefined
      }}
      onDoubleClick={props.onReset}
      onKeyDown={onKeyDown}
    />
  )
}
