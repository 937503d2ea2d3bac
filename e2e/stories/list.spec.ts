import AxeBuilder from '@axe-core/playwright'
import { send } from '../seed.ts'
import { expect, test } from '../story.ts'

/** Enough that the list cannot hold them all. */
const ROWS = 100_000
const SERVICE = 'list-story'

test.describe('a hundred thousand rows', () => {
  test.describe.configure({ timeout: 180_000 })

  test.beforeAll(async ({ heartwood }) => {
    const now = Date.now()
    for (let first = 0; first < ROWS; first += 25_000) {
      const lines = Array.from({ length: 25_000 }, (_, i) => {
        const n = first + i
        return {
          // Row 0 is the newest; several stand at one millisecond.
          '@timestamp': new Date(now - 60_000 - Math.floor(n / 3) * 50).toISOString(),
          level: n % 1_000 === 999 ? 'error' : 'info',
          service: SERVICE,
          message:
            n === 12 ? `deep {"kiln":{"degrees":${n},"wood":["oak","elm"]}}` : `line ${n} of the list story`,
          seq: n,
        }
      })
      await send(heartwood, lines)
    }
  })

  test('wherever the scroll bar is dragged and however one scrolls, the rows are in the order of an own sort', async ({
    search,
  }) => {
    const { list } = search
    await list.open(SERVICE)
    await search.expectTotal(ROWS)
    const ids = new Set<string>()
    // From one event to the next, an own sort allows no step back in time and no event twice.
    for (const share of [0, 0.5, 0.25, 0.9, 1, 0.499]) {
      await list.scrollTo(share)
      const rows = await list.shownRows()
      expect(rows.length).toBeGreaterThan(10)
      for (const [i, { place, seq }] of rows.entries()) {
        // Three events a millisecond: their order among each other is that of their ids.
        expect(Math.floor(seq / 3), `row ${place}`).toBe(Math.floor(place / 3))
        if (i > 0) expect(place).toBe((rows[i - 1]?.place ?? 0) + 1)
        ids.add(`${place} ${seq}`)
      }
    }
    expect(new Set([...ids].map((each) => each.split(' ')[1])).size, 'no event stands at two places').toBe(
      ids.size,
    )
    await list.scrollTo(0.5)
    const before = (await list.shownRows())[0]?.place ?? 0
    for (let turn = 0; turn < 30; turn += 1) await list.wheel(700)
    await list.expectAllHeld()
    const after = await list.shownRows()
    expect(after[0]?.place ?? 0).toBeGreaterThan(before + 500)
    for (const { place, seq } of after) expect(Math.floor(seq / 3)).toBe(Math.floor(place / 3))
    // As many elements as a screen needs, however far one has come.
    expect(await search.rows.count()).toBeLessThan(90)

    await search.byId('order').click()
    await expect(search.byId('order')).toHaveAttribute('aria-pressed', 'true')
    await expect.poll(() => search.urlParameter('order')).toBe('oldest')
    await list.scrollTo(0)
    await expect(search.rows.first()).toContainText(/line 9999[789] /)
    await list.scrollTo(0.5)
    for (const { place, seq } of await list.shownRows())
      expect(Math.floor((ROWS - 1 - seq) / 3)).toBeGreaterThanOrEqual(Math.floor(place / 3) - 1)
  })

  test('columns, densities, find, marking and expanding: by mouse and by keyboard, and the URL has the columns', async ({
    search,
    page,
    context,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const { list } = search
    const { keyboard } = page
    await list.open(SERVICE)
    await search.expectTotal(ROWS)

    await search.byId('columnChooser').click()
    await keyboard.type('seq')
    await keyboard.press('Enter')
    await keyboard.press('Escape')
    await expect(list.columnNames).toHaveText(['time', 'level', 'service', 'seq', 'message'])
    await expect.poll(() => search.urlParameter('columns')).toBe('time,level,service,seq,message')
    await list.column('seq').getByRole('button').focus()
    await keyboard.press('Alt+ArrowLeft')
    await expect(list.columnNames).toHaveText(['time', 'level', 'seq', 'service', 'message'])
    await list.column('service').dragTo(list.column('time'))
    await expect(list.columnNames).toHaveText(['service', 'time', 'level', 'seq', 'message'])
    const width = async () => (await list.column('service').boundingBox())?.width ?? 0
    const wide = await width()
    await list.column('service').getByRole('separator').focus()
    await keyboard.press('ArrowRight')
    await expect.poll(width).toBeGreaterThan(wide + 10)
    await list.column('service').getByRole('button').focus()
    await keyboard.press('Delete')
    await expect(list.columnNames).toHaveText(['time', 'level', 'seq', 'message'])

    // Row 12 is JSON in a message: expanded in its place, laid out.
    await search.row('deep').locator('[data-action="expand"]').click()
    await expect(search.byId('expandedRow')).toContainText('"degrees": 12')
    await search.row('deep').locator('[data-action="expand"]').click()
    await expect(search.byId('expandedRow')).toHaveCount(0)

    // To the next error, which is a thousand rows away, and the details of none are open.
    await list.grid.focus()
    await keyboard.press('n')
    await expect(list.activeRow).toContainText('line 999 ')
    await keyboard.press('x')
    await expect(search.byId('selectedRows')).toContainText('1 selected')
    await keyboard.press('n')
    await expect(list.activeRow).toContainText('line 1999 ')
    await keyboard.press('x')
    await keyboard.press('c')
    await expect
      .poll(() => page.evaluate('navigator.clipboard.readText()'))
      .toContain('line 1999 of the list story')
    expect(String(await page.evaluate('navigator.clipboard.readText()')).split('\n')).toHaveLength(2)
    await keyboard.press('N')
    await expect(list.activeRow).toContainText('line 999 ')
    await keyboard.press('Escape')
    await expect(search.byId('selectedRows')).toHaveCount(0)

    await keyboard.press('Control+f')
    await keyboard.type('line 1000 ')
    await expect(search.byId('findBar')).toContainText('1')
    await keyboard.press('Enter')
    await expect(list.activeRow.locator('mark.found')).toHaveText('line 1000 ')
    await keyboard.press('Escape')

    await keyboard.press('G')
    await expect(list.activeRow).toContainText('line 9999')
    await keyboard.press('g')
    await expect(list.activeRow).toContainText(/line [012] /)
    const height = async () => (await search.rows.first().boundingBox())?.height
    expect(await height()).toBe(24)
    await search.byId('density').click()
    await expect.poll(height).toBe(31)
    await search.byId('wrap').click()
    await expect(search.byId('wrap')).toHaveAttribute('aria-pressed', 'true')

    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const { violations } = await new AxeBuilder({ page }).include('main').analyze()
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    }
    await search.byId('wrap').click()
    await search.byId('density').click()
    await search.byId('density').click()
  })
})
