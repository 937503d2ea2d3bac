import { expect, type Locator } from '@playwright/test'
import { z } from 'zod'
import { PageObject } from './page-object.ts'

const GRID = `document.querySelector('[role="treegrid"]')`
const ShownRows = z.array(z.object({ place: z.number(), seq: z.number() }))

/** The list of the search page as its reader goes through it. */
export class LogListPart extends PageObject {
  get grid(): Locator {
    return this.page.getByRole('treegrid', { name: 'Logs' })
  }
  get activeRow(): Locator {
    return this.grid.locator('[data-active]')
  }
  get columnNames(): Locator {
    return this.byId('columnHead').getByRole('button')
  }

  column(field: string): Locator {
    return this.byId('columnHead').and(this.page.locator(`[data-field="${field}"]`))
  }

  /** Opens the page at the logs of a service with their `seq` in a column. */
  async open(service: string): Promise<void> {
    const search = new URLSearchParams({ query: `service:${service}`, from: 'now-3h' })
    await this.page.goto(`${this.baseUrl}/?${search}`)
    await expect(this.byId('logRow').first()).toBeVisible()
  }

  /** Puts the thumb of the scroll bar at a share of its way, and waits until the rows are there. */
  async scrollTo(share: number): Promise<void> {
    await this.page.evaluate(`{
      const grid = ${GRID}
      grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * ${share}
    }`)
    await this.expectAllHeld()
  }

  async wheel(pixels: number): Promise<void> {
    await this.grid.hover()
    await this.page.mouse.wheel(0, pixels)
  }

  /** Turns the wheel once, and waits until the list has come to rest: it glides. */
  async glide(pixels: number): Promise<void> {
    await this.grid.hover()
    const rest = await this.page.evaluateHandle(`({
      arrived: new Promise((resolve) => ${GRID}.addEventListener('scrollend', resolve, { once: true })),
    })`)
    await this.page.mouse.wheel(0, pixels)
    await rest.evaluate(({ arrived }) => arrived.then(() => undefined))
    await rest.dispose()
  }

  /** The messages that can be read without scrolling, from the top. */
  async readable(): Promise<string[]> {
    return z.array(z.string()).parse(
      await this.page.evaluate(`{
        const { top, bottom } = ${GRID}.getBoundingClientRect()
        const inView = (row) => row.getBoundingClientRect().top >= top && row.getBoundingClientRect().bottom <= bottom
        ;[...${GRID}.querySelectorAll('[data-testid="log-message"]')].filter(inView).map((row) => row.textContent)
      }`),
    )
  }

  /** No row in view is still being asked for. */
  async expectAllHeld(): Promise<void> {
    await expect(this.byId('placeholderRow')).toHaveCount(0)
    await expect(this.byId('logRow').first()).toBeVisible()
  }

  /** The rows in the page: their place in the result, from 0, and the number in their message. */
  async shownRows(): Promise<{ place: number; seq: number }[]> {
    return ShownRows.parse(
      await this.page.evaluate(`
        [...${GRID}.querySelectorAll('[data-testid="log-row"]')]
          .map((row) => ({
            place: Number(row.getAttribute('aria-rowindex')) - 2,
            seq: Number(/(?:line |"degrees":)([0-9]+)/.exec(row.textContent)[1]),
          }))
          .sort((a, b) => a.place - b.place)`),
    )
  }
}
