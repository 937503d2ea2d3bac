import { describe, expect, test } from 'vitest'
import { mainThreadOf } from '../../../bench/web/trace.ts'

const at = (pid: number, name: string, ts: number, dur?: number) => ({
  name,
  ph: dur === undefined ? 'I' : 'X',
  pid,
  tid: 1,
  ts,
  ...(dur !== undefined && { dur }),
})
const frame = (ts: number) => ({ ...at(1, 'AnimationFrame', ts), ph: 'b' })
const main = (pid: number) => ({
  name: 'thread_name',
  ph: 'M',
  pid,
  tid: 1,
  ts: 0,
  args: { name: 'CrRendererMain' },
})
const trace = (...traceEvents: object[]) => Buffer.from(JSON.stringify({ traceEvents }))

describe('a trace of the browser', () => {
  test('tells how long each task of the page took, not of what runs within one or in another page', () => {
    const { tasks } = mainThreadOf(
      trace(
        main(1),
        main(2),
        at(1, 'RunTask', 0, 5_000),
        at(1, 'ThreadControllerImpl::RunTask', 1_000, 2_000),
        at(1, 'RunTask', 6_000, 20_000),
        frame(0),
        frame(16_000),
        at(2, 'RunTask', 0, 900),
        at(3, 'RunTask', 0, 900_000),
      ),
    )
    expect(tasks).toEqual([5, 20])
  })

  test('tells how much of a frame was script, style and layout, counting what lies in another once', () => {
    const { frames } = mainThreadOf(
      trace(
        main(1),
        at(1, 'RunTask', 0, 40_000),
        frame(1_000),
        at(1, 'FireAnimationFrame', 2_000, 4_000),
        at(1, 'FunctionCall', 2_500, 3_000),
        at(1, 'Layout', 7_000, 1_000),
        at(1, 'Paint', 8_000, 5_000),
        frame(17_000),
        // Begun in one frame and ended in the next.
        at(1, 'FunctionCall', 32_000, 3_000),
        frame(34_000),
        frame(50_000),
      ),
    )
    expect(frames).toEqual([5, 2, 1])
  })

  test('that has no page, or none that was drawn, is refused', () => {
    expect(() => mainThreadOf(trace(at(1, 'RunTask', 0, 5_000)))).toThrow('no task of a page')
    expect(() => mainThreadOf(trace(main(1), at(1, 'RunTask', 0, 5_000)))).toThrow('no frame of a page')
  })
})
