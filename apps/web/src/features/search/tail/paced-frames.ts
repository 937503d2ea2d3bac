/**
 * Calls `draw` before the browser paints, once for all that was asked for since the last time. `draw` tells how long to
 * wait before the next, milliseconds. A tab that is not seen draws nothing until it is.
 */
export function pacedFrames(draw: () => number): { ask(): void; close(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame: number | undefined
  let nextAt = 0
  return {
    ask() {
      if (timer !== undefined || frame !== undefined) return
      timer = setTimeout(
        () => {
          timer = undefined
          frame = requestAnimationFrame(() => {
            frame = undefined
            const wait = draw()
            nextAt = performance.now() + wait
          })
        },
        Math.max(0, nextAt - performance.now()),
      )
    },
    close() {
      clearTimeout(timer)
      if (frame !== undefined) cancelAnimationFrame(frame)
    },
  }
}
