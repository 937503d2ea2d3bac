import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium, expect } from '@playwright/test'
import { ensureBuilt } from '../../scripts/setup.mjs'
import { CHROMIUM_LAUNCH } from '../chromium.ts'
import { freePorts } from '../free-ports.ts'
import { type HeartwoodProcess, startHeartwood } from '../heartwood-process.ts'
import { SearchPage } from '../pages/search-page.ts'
import { SHOTS, type Shot } from './shots.ts'

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

async function startedHeartwood(demo: 'on' | 'off'): Promise<HeartwoodProcess & { dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-shots-'))
  const heartwood = await startHeartwood({ dataDir, ports: await freePorts(), env: { HEARTWOOD_DEMO: demo } })
  return { ...heartwood, dataDir }
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
for (const kind of ['demo', 'empty'] as const) {
  const these = shots.filter((shot) => shot.of === kind)
  if (these.length === 0) continue
  const heartwood = await startedHeartwood(kind === 'demo' ? 'on' : 'off')
  try {
    if (kind === 'demo') await demoIsThere(browser, heartwood)
    for (const shot of these) {
      const failed = await take(browser, shot, heartwood)
      for (const failure of failed) console.error(`screenshots | ${failure}`)
      if (failed.length > 0) process.exitCode = 1
      console.log(`screenshots | ${shot.name}`)
    }
  } finally {
    await heartwood.stop()
    await rm(heartwood.dataDir, { recursive: true, force: true })
  }
}
