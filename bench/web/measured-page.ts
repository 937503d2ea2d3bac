import { gzipSync } from 'node:zlib'
import {
  type Browser,
  type BrowserContext,
  type CDPSession,
  chromium,
  type Page,
  type Response,
} from '@playwright/test'
import { TEST_IDS } from '../../apps/web/src/test-ids.ts'
import { CHROMIUM_LAUNCH } from '../../e2e/chromium.ts'
import { type MainThread, mainThreadOf, TRACE_CATEGORIES } from './trace.ts'

/** A browser without a window. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch(CHROMIUM_LAUNCH)
}

/** What a first visit took, milliseconds from the navigation, and what it had to load. */
export interface FirstVisit {
  /** The query bar answers to keys. */
  readonly interactiveMillis: number
  /** The first row is there. */
  readonly rowsMillis: number
  /** Scripts that were asked for before it was interactive, compressed as a proxy in front would (gzip). */
  readonly scriptBytes: number
}

/** Notes when the query bar listens (React has its handlers on it) and when the first row is in the page. */
const NOTE_FIRST_VIEW = `{
  const seen = (globalThis.__seen = {})
  const look = () => {
    const bar = document.querySelector('[data-testid="${TEST_IDS.queryInput}"]')
    if (seen.interactive === undefined && bar !== null && Object.keys(bar).some((key) => key.startsWith('__reactProps')))
      seen.interactive = performance.now()
    if (seen.rows === undefined && document.querySelector('[data-testid="${TEST_IDS.logRow}"]') !== null)
      seen.rows = performance.now()
    if (seen.interactive === undefined || seen.rows === undefined) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}`

/** A promise of the page for a condition. Its content security policy lets nothing look by `eval`, as Playwright's own waiting does. */
function once(condition: string): string {
  return `new Promise((resolve) => {
    const look = () => (${condition} ? resolve() : requestAnimationFrame(look))
    look()
  })`
}

/** Opens the page in a browser that has never been there. */
export async function firstVisit(browser: Browser, url: string): Promise<FirstVisit> {
  await using context = await browser.newContext()
  const page = await context.newPage()
  await page.addInitScript(NOTE_FIRST_VIEW)
  const scripts: Response[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response)
  })
  await page.goto(url)
  await page.evaluate(once('__seen.interactive !== undefined'))
  const before = [...scripts]
  await page.evaluate(once('__seen.rows !== undefined'))
  const sizes = await Promise.all(before.map(async (response) => gzipSync(await response.body()).length))
  return {
    interactiveMillis: Number(await page.evaluate('__seen.interactive')),
    rowsMillis: Number(await page.evaluate('__seen.rows')),
    scriptBytes: sizes.reduce((sum, size) => sum + size, 0),
  }
}

/** A page whose main thread and memory can be looked at. */
export class MeasuredPage implements AsyncDisposable {
  readonly page: Page
  readonly #browser: Browser
  readonly #context: BrowserContext
  readonly #cdp: CDPSession

  private constructor(browser: Browser, context: BrowserContext, page: Page, cdp: CDPSession) {
    this.#browser = browser
    this.#context = context
    this.page = page
    this.#cdp = cdp
  }

  static async open(browser: Browser, url: string): Promise<MeasuredPage> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await page.goto(url)
    const cdp = await context.newCDPSession(page)
    return new MeasuredPage(browser, context, page, cdp)
  }

  /** What the main thread did while `work` ran. */
  async traced(work: () => Promise<void>): Promise<MainThread> {
    await this.#browser.startTracing(this.page, { categories: [...TRACE_CATEGORIES] })
    await work()
    return mainThreadOf(await this.#browser.stopTracing())
  }

  /** Bytes of the JavaScript heap that are in use after a collection. */
  async heapBytes(): Promise<number> {
    await this.#cdp.send('HeapProfiler.collectGarbage')
    return (await this.#cdp.send('Runtime.getHeapUsage')).usedSize
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }
}
