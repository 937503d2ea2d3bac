import { existsSync } from 'node:fs'

/** The browser that is named, the system's, or else the one that Playwright has installed. */
const executable =
  process.env.HEARTWOOD_CHROMIUM ?? (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined)

/** How stories and bench start Chromium: without what calls out by itself. */
export const CHROMIUM_LAUNCH = {
  ...(executable === undefined ? {} : { executablePath: executable }),
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
}
