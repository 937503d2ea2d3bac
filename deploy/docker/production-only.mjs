// Removes what the apps do not need to run: `node production-only.mjs`, in a folder where `npm ci` has been. `npm prune --omit=dev`
// would keep what a library names as an optional peer of its own, which is the whole of Prisma's command line, and Playwright.
// Plain JavaScript without dependencies, because those go.
import { readFileSync, rmSync } from 'node:fs'

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))

/** What the page's framework builds and resizes pictures with (there are none), and a compiler that libraries name as a peer. */
const BUILDS_ONLY = /node_modules\/(@next\/swc-|@img\/|sharp$|typescript$|@typescript\/)/

const removed = Object.entries(packages).filter(
  ([path, { dev, devOptional }]) => path !== '' && (dev || devOptional || BUILDS_ONLY.test(path)),
)
for (const [path] of removed) rmSync(path, { recursive: true, force: true })
// Names of programs that are not there any more.
rmSync('node_modules/.bin', { recursive: true, force: true })
rmSync('apps/web/.next/cache', { recursive: true, force: true })
console.log(`removed ${removed.length} of ${Object.keys(packages).length} packages`)
