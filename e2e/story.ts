import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import { freePorts } from './free-ports.ts'
import { type HeartwoodProcess, startHeartwood } from './heartwood-process.ts'
import { SearchPage } from './pages/search-page.ts'
import { seed } from './seed.ts'

/**
 * A Heartwood of its own with an empty data folder that goes when it ends.
 * @param prepare puts something into the folder before the start
 */
export async function ownHeartwood(
  env: Record<string, string> = {},
  prepare: (dataDir: string) => Promise<void> = async () => undefined,
): Promise<HeartwoodProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-story-'))
  await prepare(dataDir)
  await writeFile(join(dataDir, 'alerts.yaml'), RULES)
  const heartwood = await startHeartwood({ dataDir, ports: await freePorts(), env })
  return {
    ...heartwood,
    async [Symbol.asyncDispose]() {
      await heartwood.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Evaluated every second, so that no story waits for it. */
const RULES = `
rules:
  - { id: kiln, name: The kiln is cold, severity: critical, kind: match, query: '"kiln is cold"', window: 5m, every: 1s }
`

interface StoryFixtures {
  /** The search page of the shared Heartwood. */
  readonly search: SearchPage
}
interface WorkerFixtures {
  /** Shared by the stories that only look, or send lines that no other story looks for; seeded. */
  readonly heartwood: HeartwoodProcess
}

export const test = base.extend<StoryFixtures, WorkerFixtures>({
  heartwood: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are used from the pattern
    async ({}, use) => {
      await using heartwood = await ownHeartwood()
      await seed(heartwood)
      await use(heartwood)
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  page: async ({ page }, use) => {
    const complaints = complaintsOf(page)
    await use(page)
    expect(complaints(), 'errors in the browser, and requests that leave the server').toEqual([])
  },
  search: async ({ page, heartwood }, use) => {
    await use(new SearchPage(page, heartwood.webUrl))
  },
})

export { expect }

/** What went wrong in the page without being seen: exceptions, refused content, requests to anywhere else. */
function complaintsOf(page: Page): () => string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    const local = url.protocol === 'data:' || url.protocol === 'blob:' || url.hostname === '127.0.0.1'
    if (!local) complaints.push(`request to ${request.url()}`)
  })
  return () => complaints
}
