import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium, expect } from '@playwright/test'
import { moveDays } from '../../packages/log-store/test/cold/moved-days.ts'
import { ensureBuilt } from '../../scripts/setup.mjs'
import { CHROMIUM_LAUNCH } from '../chromium.ts'
import { freePorts } from '../free-ports.ts'
import { type HeartwoodProcess, startHeartwood } from '../heartwood-process.ts'
import { SearchPage } from '../pages/search-page.ts'
import { SHOTS, SHOTS_OF, type Shot, type ShotOf } from './shots.ts'

/**
 * Takes a picture of every page in every state, light and dark, on a desktop and a phone, of a real Heartwood with the demo.
 *   npm run screenshots                       into test-results/screenshots
 *   npm run screenshots -- --only explorer,trace
 *   npm run screenshots -- --readme           also those that the README shows, into docs/images
 * A state that cannot be brought about is told, and the exit code is 1.
 */
const { values } = parseArgs({
  options: { only: { type: 'string' }, readme: { type: 'boolean', default: false } },
})
const ROOT = join(import.meta.dirname, '../..')
const FOLDER = join(ROOT, 'test-results/screenshots')
const IMAGES = join(ROOT, 'docs/images')
/** What the README shows. */
const SHOWN: readonly string[] = ['explorer-dark-desktop', 'errors-light-desktop', 'trace-light-desktop']

const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) => [
  { name: `${colorScheme}-desktop`, colorScheme, viewport: { width: 1440, height: 900 } },
  { name: `${colorScheme}-phone`, colorScheme, viewport: { width: 390, height: 844 } },
])

/** However long ago the days of the archive are by now. */
const KEPT_FOR_EVER = { HEARTWOOD_HOT_DAYS: '36500', HEARTWOOD_COLD_DAYS: '36500' }

/** Starts a Heartwood and brings it to where pictures of it can be taken. Disposing ends it and removes its folder. */
async function startedHeartwood(kind: ShotOf, browser: Browser): Promise<HeartwoodProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-shots-'))
  const [dataDir, archive] = [join(folder, 'data'), join(folder, 'archive')]
  const start = async (env: Record<string, string> = {}): Promise<HeartwoodProcess> => {
    const heartwood = await startHeartwood({ dataDir, ports: await freePorts(), env })
    return {
      ...heartwood,
      async [Symbol.asyncDispose]() {
        await heartwood.stop()
        await rm(folder, { recursive: true, force: true })
      },
    }
  }
  switch (kind) {
    case 'demo': {
      const heartwood = await start({ HEARTWOOD_DEMO: 'on' })
      await demoIsThere(browser, heartwood)
      return heartwood
    }
    case 'empty':
      return start()
    case 'new archive': {
      const heartwood = await start({ HEARTWOOD_ARCHIVE: archive })
      const body = Array.from({ length: 50 }, (_, index) =>
        JSON.stringify({ message: `order ${index} paid` }),
      )
      await fetch(`${heartwood.ingestUrl}/ingest?service=shop`, { method: 'POST', body: body.join('\n') })
      return heartwood
    }
    case 'archive': {
      await moveDays({ dataDir, archive }, { days: [0, 1, 5], on: 33 })
      const heartwood = await start({ HEARTWOOD_ARCHIVE: archive, ...KEPT_FOR_EVER })
      await rm(join(archive, 'segments', '2026-11-24'), { recursive: true })
      return heartwood
    }
  }
}

/** Takes a state in each look; returns those that could not be taken. */
async function take(browser: Browser, shot: Shot, heartwood: HeartwoodProcess): Promise<string[]> {
  const failed: string[] = []
  for (const { name, ...look } of LOOKS) {
    const file = `${shot.name}-${name}`
    await using context = await browser.newContext({
      ...look,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    try {
      await shot.prepare(new SearchPage(page, heartwood.webUrl))
    } catch (error) {
      failed.push(`${file}: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
    }
    await page.screenshot({ path: join(FOLDER, `${file}.png`) })
    if (values.readme && SHOWN.includes(file)) await page.screenshot({ path: join(IMAGES, `${file}.png`) })
  }
  return failed
}

/** The first minutes of the demo are over: its hour is written, and its alert fires. */
async function demoIsThere(browser: Browser, heartwood: HeartwoodProcess): Promise<void> {
  const page = await browser.newPage()
  const search = new SearchPage(page, heartwood.webUrl)
  await search.open()
  await expect(search.byId('firingStrip')).toBeVisible({ timeout: 240_000 })
  await page.close()
}

await ensureBuilt()
await mkdir(FOLDER, { recursive: true })
await mkdir(IMAGES, { recursive: true })
const wanted = values.only?.split(',')
const shots = SHOTS.filter(({ name }) => wanted === undefined || wanted.includes(name))
await using browser = await chromium.launch(CHROMIUM_LAUNCH)
for (const kind of SHOTS_OF) {
  const these = shots.filter((shot) => shot.of === kind)
  if (these.length === 0) continue
  await using heartwood = await startedHeartwood(kind, browser)
  for (const shot of these) {
    const failed = await take(browser, shot, heartwood)
    for (const failure of failed) console.error(`screenshots | ${failure}`)
    if (failed.length > 0) process.exitCode = 1
    console.log(`screenshots | ${shot.name}`)
  }
}
