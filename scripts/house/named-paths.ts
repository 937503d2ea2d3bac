import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const TOP = /^(apps|packages|prisma|e2e|bench|deploy|docs|scripts|\.ci)\//

/** Paths a document names in backticks or links that do not exist; folders may end in `/`, a path may end in `:line`. */
export function missingPaths(root: string, document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8')
  const named = [...text.matchAll(/`([^`\s]+)`|\]\(([^)\s#]+)[^)]*\)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  )
  return [...new Set(named)]
    .filter((path) => TOP.test(path) && !/[*<>{}$]/.test(path))
    .filter((path) => !existsSync(join(root, path.replace(/:\d+$/, ''))))
    .map((path) => `${document} names ${path}, which does not exist`)
}
