import { setTimeout as pause } from 'node:timers/promises'
import { TEST_IDS } from '../../apps/web/src/test-ids.ts'
import type { MeasuredPage } from './measured-page.ts'
import type { MainThread } from './trace.ts'

const byId = (id: keyof typeof TEST_IDS) => `[data-testid="${TEST_IDS[id]}"]`
const QUERY = 'level:error service:checkout "payment failed" order'
const KEY_MILLIS = 80
const WHEEL_MILLIS = 50
const WHEEL_PIXELS = 900

/** Types a query into the bar, key by key, once the editor has been loaded. */
export async function typeQuery(measured: MeasuredPage): Promise<MainThread> {
  const { page } = measured
  await page.waitForSelector(`${byId('queryInput')}.cm-content, ${byId('queryInput')} .cm-content`)
  await page.locator(byId('queryInput')).click()
  return measured.traced(() => page.keyboard.type(QUERY, { delay: KEY_MILLIS }))
}

/** Turns the wheel over the rows for some seconds. */
export async function scrollRows(measured: MeasuredPage, seconds: number): Promise<MainThread> {
  const { page } = measured
  await page.locator(byId('logRow')).first().hover()
  return measured.traced(async () => {
    for (let turned = 0; turned < seconds * 1_000; turned += WHEEL_MILLIS) {
      await page.mouse.wheel(0, WHEEL_PIXELS)
      await pause(WHEEL_MILLIS)
    }
  })
}

/** Puts the scroll bar to the middle; how long until rows are there that were not, milliseconds. */
export function seekToMiddle({ page }: MeasuredPage): Promise<number> {
  return page.evaluate(`(async () => {
    const list = document.querySelector('${byId('logList')}')
    const shown = () => new Set([...document.querySelectorAll('${byId('logRow')}')].map((row) => row.id))
    const before = shown()
    const begun = performance.now()
    list.scrollTop = list.scrollHeight / 2
    for (;;) {
      await new Promise(requestAnimationFrame)
      const now = shown()
      if (now.size > 0 && [...now].every((id) => !before.has(id))) return performance.now() - begun
      if (performance.now() - begun > 10000) throw new Error('the rows of the middle did not come')
    }
  })()`)
}

/** Goes to a range by its URL, as a click in the page does; how long until its first row is shown, milliseconds. */
export function changeRange({ page }: MeasuredPage, range: { from: string; to: string }): Promise<number> {
  const url = `?${new URLSearchParams(range)}`
  return page.evaluate(`(async () => {
    const first = () => document.querySelector('${byId('logRow')}')?.id
    const before = first()
    const begun = performance.now()
    history.pushState(null, '', '${url}')
    for (;;) {
      await new Promise(requestAnimationFrame)
      const now = first()
      if (now !== undefined && now !== before) return performance.now() - begun
      if (performance.now() - begun > 10000) throw new Error('the rows of the new range did not come')
    }
  })()`)
}

/** Notes tasks of the page that take longer than 50 ms, from now on. */
export async function watchLongTasks({ page }: MeasuredPage): Promise<() => Promise<number[]>> {
  await page.evaluate(`{
    globalThis.__long = []
    new PerformanceObserver((list) => __long.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: 'longtask' })
  }`)
  return () => page.evaluate('__long')
}
