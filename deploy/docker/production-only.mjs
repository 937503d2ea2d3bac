// Removes what the apps do not need to run: `node production-only.mjs`, in a folder where packages are installed and pages built.
// `npm prune --omit=dev` would keep what a library names as an optional peer of its own, which is the whole of Prisma's command
// line and Playwright, and everything that the pages are made of, which is in their bundles by now. So it keeps what can be
// reached from the apps. Plain JavaScript without dependencies, because those go.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const PAGES = 'apps/web'

/** What packages name and nothing runs: what the pages are built with, pictures (there are none), a compiler that is a peer. */
const BUILDS_ONLY = /node_modules\/(@next\/swc-|@img\/|sharp$|typescript$|@typescript\/|@types\/)/

/** Paths of all packages that are needed, found from the workspaces along what each depends on. */
function needed() {
  const found = new Set()
  const visit = (path, names) => {
    for (const name of names) {
      const at = placeOf(name, path)
      if (at === undefined || found.has(at) || BUILDS_ONLY.test(at)) continue
      found.add(at)
      const { link, resolved } = packages[at]
      const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } =
        packages[link ? resolved : at]
      const peers = Object.keys(peerDependencies ?? {}).filter(
        (peer) => !peerDependenciesMeta?.[peer]?.optional,
      )
      visit(link ? resolved : at, [
        ...Object.keys(link && resolved === PAGES ? {} : (dependencies ?? {})),
        ...Object.keys(optionalDependencies ?? {}),
        ...peers,
      ])
    }
  }
  for (const path of Object.keys(packages).filter((path) => /^(apps|packages)\/[^/]+$/.test(path)))
    visit(path, path === PAGES ? importedBy(`${PAGES}/src/main.ts`, `${PAGES}/src/server`) : own(path))
  // Next loads these by their names alone.
  visit(PAGES, ['next', 'react', 'react-dom'])
  return found
}

function own(path) {
  return Object.keys(packages[path].dependencies ?? {})
}

/** Where a package that `from` depends on is installed: beside it, or in a folder above. */
function placeOf(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = folder === '.' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (packages[path] !== undefined) return path
    if (folder === '.') return undefined
  }
}

/** The packages that files and folders of sources import. */
function importedBy(...paths) {
  const files = paths.flatMap((path) =>
    path.endsWith('.ts') ? [path] : readdirSync(path, { recursive: true }).map((name) => join(path, name)),
  )
  const imports = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(?:from |import\()'([^.'][^']*)'/g)])
    .map(([, name]) => name.match(/^(@[^/]+\/)?[^/]+/)[0])
  return [...new Set(imports)].filter((name) => !name.startsWith('node:'))
}

const keep = needed()
const removed = Object.keys(packages).filter(
  // What lies inside of a package goes and stays with it, unless it is there for others alone.
  (path) => path.includes('node_modules/') && !keep.has(path),
)
for (const path of removed) {
  const holdsOthers = [...keep].some((other) => other.startsWith(`${path}/`))
  if (!holdsOthers) rmSync(path, { recursive: true, force: true })
}
// Names of programs that are not there any more.
rmSync('node_modules/.bin', { recursive: true, force: true })
rmSync(`${PAGES}/.next/cache`, { recursive: true, force: true })
console.log(`kept ${keep.size} of ${Object.keys(packages).length} packages`)
