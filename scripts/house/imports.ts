import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * The directions imports may take, as ARCHITECTURE.md draws them. A workspace may import itself and what stands here;
 * an app is in nobody's list.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  event: [],
  access: [],
  settings: [],
  'query-lang': ['event'],
  doors: ['event'],
  queue: ['event'],
  'object-store': [],
  'log-store': ['event', 'object-store', 'query-lang'],
  pipeline: ['event', 'query-lang'],
  indexing: ['api', 'doors', 'event', 'log-store', 'pipeline', 'query-lang', 'queue', 'runtime'],
  alerts: ['event', 'query-lang'],
  db: [],
  api: ['event', 'query-lang'],
  runtime: ['access', 'settings'],
  audit: ['access', 'event', 'queue', 'runtime', 'settings'],
  ingest: ['access', 'audit', 'db', 'doors', 'event', 'queue', 'runtime', 'settings'],
  indexer: [
    'api',
    'audit',
    'db',
    'doors',
    'event',
    'indexing',
    'log-store',
    'object-store',
    'pipeline',
    'query-lang',
    'queue',
    'runtime',
    'settings',
  ],
  query: [
    'access',
    'api',
    'audit',
    'db',
    'event',
    'log-store',
    'object-store',
    'query-lang',
    'queue',
    'runtime',
    'settings',
  ],
  archiver: [
    'api',
    'audit',
    'db',
    'doors',
    'event',
    'indexing',
    'log-store',
    'object-store',
    'pipeline',
    'query-lang',
    'queue',
    'runtime',
    'settings',
  ],
  alerter: ['alerts', 'api', 'audit', 'db', 'event', 'query-lang', 'runtime', 'settings'],
  demo: ['access', 'api', 'audit', 'runtime', 'settings'],
  heartwood: ['access', 'api', 'audit', 'db', 'doors', 'event', 'query-lang', 'queue', 'runtime', 'settings'],
  web: ['access', 'api', 'audit', 'db', 'doors', 'event', 'query-lang', 'runtime', 'settings'],
}

/** Folders of adapters of one port: none may import a sibling. */
const ADAPTERS: readonly string[] = [
  'packages/log-store/src/memory',
  'packages/log-store/src/segments',
  'packages/log-store/src/elasticsearch',
  'packages/log-store/src/tiered',
  'packages/object-store/src/memory',
  'packages/object-store/src/folder',
  'packages/object-store/src/s3',
  'packages/queue/src/memory',
  'packages/queue/src/disk',
  'packages/queue/src/kafka',
]

/** Every import of one workspace by another that the table does not allow, one sentence each. */
export function forbiddenImports(root: string): string[] {
  return workspaces(root).flatMap((workspace) => {
    const allowed = MAY_IMPORT[workspace.name]
    if (allowed === undefined) return [`${workspace.folder} has no entry in scripts/house/imports.ts`]
    return sourceFiles(join(root, workspace.folder)).flatMap((file) =>
      importsOf(readFileSync(file, 'utf8')).flatMap((target) =>
        refusal(root, workspace.name, allowed, file, target),
      ),
    )
  })
}

function refusal(
  root: string,
  name: string,
  allowed: readonly string[],
  file: string,
  target: string,
): string[] {
  const where = relative(root, file)
  if (target.startsWith('.')) {
    const resolved = relative(root, join(file, '..', target))
    const from = ADAPTERS.find((folder) => where.startsWith(`${folder}/`))
    const to = ADAPTERS.find((folder) => resolved.startsWith(`${folder}/`))
    if (from !== undefined && to !== undefined && from !== to)
      return [`${where} imports the sibling adapter ${to}`]
    const top = where.split('/').slice(0, 2).join('/')
    return resolved.startsWith(`${top}/`) ? [] : [`${where} reaches out of its workspace: ${target}`]
  }
  const match = /^@heartwood\/([^/]+)/.exec(target)
  if (match?.[1] === undefined || match[1] === name || allowed.includes(match[1])) return []
  return [`${where} imports @heartwood/${match[1]}, which ${name} may not`]
}

function workspaces(root: string): { name: string; folder: string }[] {
  return ['packages', 'apps'].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => ({ name, folder: `${kind}/${name}` })),
  )
}

/** Sources of a workspace; its tests may reach further (a fixture beside another package's test). */
function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => /\.(ts|tsx|mts)$/.test(path) && !/(^|\/)(node_modules|\.next|generated|test)\//.test(path),
    )
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
}

function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"`]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}
