import { fileURLToPath } from 'node:url'
import type { SettingName } from '@heartwood/settings'

type PortSetting = Extract<SettingName, `HEARTWOOD_${string}_PORT`>

/** An app of the product as the supervisor sees it. */
export interface AppDefinition {
  readonly name: string
  readonly script: string
  /** Listens on HEARTWOOD_HOST and has access rules of its own; the others listen for the apps alone. */
  readonly isPublic: boolean
  readonly portSetting: PortSetting
  /** What the port is for, in a sentence about ports. */
  readonly use: string
  readonly env?: Readonly<Record<string, string>>
  /** Arguments for its Node. */
  readonly nodeArgs?: readonly string[]
  /** Has nothing more to do when it ends by itself with exit code 0; every other is started again. */
  readonly mayEnd?: true
  /** Keeps files that no other process may use: in a cluster each has a folder of its own in the data folder. */
  readonly ownFolder?: true
  /** Understands --dev. */
  readonly hasDevMode?: true
}

/** In the order they stop in: first nothing new comes in, then what came in is stored, then those who look go. */
export const APPS: readonly AppDefinition[] = [
  {
    name: 'demo',
    script: scriptOf('demo'),
    isPublic: false,
    portSetting: 'HEARTWOOD_DEMO_PORT',
    use: 'the demo',
    // It makes much and keeps nothing: without limits V8 would let the heap grow before it looks for what is free.
    nodeArgs: ['--max-semi-space-size=2', '--max-old-space-size=64'],
    env: { MALLOC_ARENA_MAX: '2' },
    mayEnd: true,
  },
  {
    name: 'ingest',
    script: scriptOf('ingest'),
    isPublic: true,
    portSetting: 'HEARTWOOD_INGEST_PORT',
    use: 'ingest',
    ownFolder: true,
    // Bodies lie outside the heap and go with the young generation. A small one is collected before they are so many
    // that V8 collects the whole heap for them, again and again, in threads of its own.
    nodeArgs: ['--max-semi-space-size=1'],
    // With glibc's own choices, what bodies took in a spike stays in the process for good.
    env: { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' },
  },
  {
    name: 'indexer',
    script: scriptOf('indexer'),
    isPublic: false,
    portSetting: 'HEARTWOOD_INDEXER_PORT',
    use: 'the indexer',
    // Columns lie outside the heap. By V8's own choice the heap of a thread may hardly grow before all of it is collected,
    // which the columns then bring about again and again: each time costs some 50 ms of CPU and holds the thread up.
    nodeArgs: ['--heap-growing-percent=300'],
    // With glibc's own choices, columns that were merged stay in the process for good, arena after arena.
    env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' },
  },
  {
    name: 'archiver',
    script: scriptOf('archiver'),
    isPublic: false,
    portSetting: 'HEARTWOOD_ARCHIVER_PORT',
    use: 'the archiver',
    // It makes the same columns as the indexer, and what is said there holds here.
    nodeArgs: ['--heap-growing-percent=300'],
    env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' },
  },
  {
    name: 'alerter',
    script: scriptOf('alerter'),
    isPublic: false,
    portSetting: 'HEARTWOOD_ALERTER_PORT',
    use: 'the alerter',
  },
  {
    name: 'query',
    script: scriptOf('query'),
    isPublic: false,
    portSetting: 'HEARTWOOD_QUERY_PORT',
    use: 'query',
    // DuckDB reads files on this pool too: with the usual 4, four queries block every other file access. With glibc's own
    // choices each of these threads leaves memory behind that the others do not use.
    env: { UV_THREADPOOL_SIZE: '16', MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' },
  },
  {
    name: 'web',
    script: scriptOf('web'),
    isPublic: true,
    portSetting: 'HEARTWOOD_WEB_PORT',
    use: 'the page',
    hasDevMode: true,
  },
]

function scriptOf(name: string): string {
  return fileURLToPath(new URL(`../../../${name}/src/main.ts`, import.meta.url))
}
