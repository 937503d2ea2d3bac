import { expect } from '@playwright/test'
import type { SearchPage } from '../pages/search-page.ts'

/**
 * Which Heartwood a picture is of: that with the demo, one that nothing was ever sent to, one whose archive nothing is old enough
 * for yet, or one with days in its archive, of which one has lost its objects.
 */
export const SHOTS_OF = ['demo', 'empty', 'new archive', 'archive'] as const
export type ShotOf = (typeof SHOTS_OF)[number]

/** A page in one of its states. */
export interface Shot {
  readonly name: string
  readonly of: ShotOf
  /** Brings the page there and waits until it stands still. */
  prepare(search: SearchPage): Promise<void>
}

const BROWSE = 'environment:demo'
const ERRORS = 'environment:demo level>=error'
const press = (search: SearchPage, key: string) => search.page.keyboard.press(key)

/** Opens a search and waits for its rows. */
async function rowsOf(search: SearchPage, parameters: Record<string, string> = {}): Promise<void> {
  await search.open(parameters)
  await expect(search.rows.first()).toBeVisible()
  await expect(search.total).toContainText('event')
  await expect(search.byId('histogram').locator('canvas')).toBeVisible()
}

async function goTo(search: SearchPage, path: string): Promise<void> {
  await search.page.goto(search.baseUrl + path)
}

async function status(search: SearchPage): Promise<void> {
  await goTo(search, '/status')
  await expect(search.byId('stored')).toBeVisible()
  // The first rates come with the second reading.
  await expect(search.page.getByText('measuring…')).toHaveCount(0)
}

/** The page of the status, at what it says of the archive. */
async function archiveOf(search: SearchPage): Promise<void> {
  await status(search)
  await expect(search.byId('archive')).toBeVisible()
  await search.byId('retention').locator('p').last().scrollIntoViewIfNeeded()
}

/** The days of the archive's Heartwood. */
const ARCHIVED = { from: '2026-11-20T00:00:00Z', to: '2026-12-05T00:00:00Z' }

async function withDetails(search: SearchPage): Promise<void> {
  await rowsOf(search, { query: ERRORS })
  await search.rows.first().click()
  await expect(search.details).toBeVisible()
}

/** The id under which a log with an error belongs to others. */
async function idIn(search: SearchPage, name: 'trace_id' | 'request_id'): Promise<string> {
  const answer = await fetch(
    `${search.baseUrl}/api/v1/search?${new URLSearchParams({ query: `${ERRORS} ${name}:*`, limit: '1' })}`,
  )
  const body: { logs: { [field: string]: unknown }[] } = JSON.parse(await answer.text())
  const id = body.logs[0]?.[name]
  if (typeof id !== 'string') throw new Error(`no demo log has a ${name}`)
  return id
}

export const SHOTS: readonly Shot[] = [
  { name: 'explorer', of: 'demo', prepare: (search) => rowsOf(search, { query: BROWSE }) },
  { name: 'errors', of: 'demo', prepare: (search) => rowsOf(search, { query: ERRORS }) },
  {
    name: 'chart-by-service',
    of: 'demo',
    prepare: (search) => rowsOf(search, { query: ERRORS, by: 'service' }),
  },
  { name: 'details', of: 'demo', prepare: withDetails },
  {
    name: 'context',
    of: 'demo',
    async prepare(search) {
      await withDetails(search)
      await search.details.getByRole('tab', { name: 'Context' }).click()
      await expect(search.byId('context')).toBeVisible()
    },
  },
  {
    name: 'fields',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search, { query: BROWSE })
      // Beside the list where there is room.
      if ((search.page.viewportSize()?.width ?? 0) < 1024) await press(search, 'f')
      await expect(search.byId('fieldsPanel')).toBeVisible()
      await expect(search.byId('serviceFacet').first()).toBeVisible()
    },
  },
  {
    name: 'patterns',
    of: 'demo',
    async prepare(search) {
      await search.open({ query: BROWSE, view: 'patterns' })
      await expect(search.byId('pattern').first()).toBeVisible()
    },
  },
  {
    name: 'live',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search, { query: BROWSE, live: 'true' })
      await expect(search.byId('tailStats')).toBeVisible()
    },
  },
  {
    name: 'trace',
    of: 'demo',
    async prepare(search) {
      await goTo(search, `/trace/${encodeURIComponent(await idIn(search, 'trace_id'))}`)
      await expect(search.byId('traceLine').first()).toBeVisible()
    },
  },
  {
    name: 'no-such-trace',
    of: 'demo',
    async prepare(search) {
      await goTo(search, '/trace/00000000000000000000000000000000')
      await expect(search.byId('noSuchTrace')).toBeVisible()
    },
  },
  {
    name: 'suggestions',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search)
      await search.editor.click()
      await search.page.keyboard.type('level:error service:')
      await expect(search.suggestions.first()).toBeVisible()
    },
  },
  {
    name: 'wrong-query',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search)
      await search.editor.click()
      await search.page.keyboard.type('level=error && "payment failed')
      await press(search, 'Enter')
      await expect(search.byId('queryFix').first()).toBeVisible()
    },
  },
  {
    name: 'other-language',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search)
      await search.editor.click()
      await search.page.keyboard.insertText('{app="checkout", level=~"error|warn"} |= "timeout"')
      await expect(search.byId('queryFix').first()).toBeVisible()
    },
  },
  {
    name: 'time',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search)
      await press(search, 'd')
      await expect(search.byId('timePicker')).toBeVisible()
    },
  },
  {
    name: 'nothing-matched',
    of: 'demo',
    async prepare(search) {
      await search.open({ query: 'nosuchwordatall' })
      await expect(search.byId('nothingMatched')).toBeVisible()
    },
  },
  {
    name: 'outside-the-range',
    of: 'demo',
    async prepare(search) {
      await search.open({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' })
      await expect(search.byId('nothingMatched')).toBeVisible()
    },
  },
  {
    name: 'palette',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search)
      await press(search, 'Control+k')
      await expect(search.byId('palette').getByRole('option').first()).toBeVisible()
    },
  },
  {
    name: 'save-search',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search, { query: ERRORS })
      await press(search, 'Shift+B')
      await expect(search.byId('saveSearch')).toBeVisible()
    },
  },
  {
    name: 'keys',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search)
      await press(search, '?')
      await expect(search.byId('shortcuts')).toBeVisible()
    },
  },
  {
    name: 'send-your-logs',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search)
      await press(search, 's')
      await expect(search.byId('sendLogsPanel')).toBeVisible()
    },
  },
  {
    name: 'alerts',
    of: 'demo',
    async prepare(search) {
      await rowsOf(search)
      await search.byId('alerts').click()
      await expect(search.byId('alertsList')).toBeVisible()
    },
  },
  {
    name: 'status',
    of: 'demo',
    prepare: status,
  },
  {
    name: 'dead-letters',
    of: 'demo',
    async prepare(search) {
      await goTo(search, '/dead-letters')
      await expect(search.page.getByRole('heading', { level: 1 })).toBeVisible()
    },
  },
  {
    name: 'audit',
    of: 'demo',
    async prepare(search) {
      await goTo(search, '/audit')
      await expect(search.byId('auditRow').first()).toBeVisible()
    },
  },
  {
    name: 'no-saved-search',
    of: 'demo',
    async prepare(search) {
      await goTo(search, '/saved/019a0000-0000-7000-8000-000000000000')
      await expect(search.page.getByRole('link', { name: 'To the logs' })).toBeVisible()
    },
  },
  {
    name: 'first-start',
    of: 'empty',
    async prepare(search) {
      await search.open()
      await expect(search.byId('curlLine')).toBeVisible()
    },
  },
  { name: 'status-first-start', of: 'empty', prepare: status },
  { name: 'status-new-archive', of: 'new archive', prepare: status },
  { name: 'new-archive', of: 'new archive', prepare: archiveOf },
  { name: 'status-archive', of: 'archive', prepare: status },
  { name: 'archive', of: 'archive', prepare: archiveOf },
  {
    name: 'missing-in-the-archive',
    of: 'archive',
    async prepare(search) {
      await rowsOf(search, { ...ARCHIVED, query: 'message:line*' })
      await expect(search.byId('missingParts')).toBeVisible()
    },
  },
]
