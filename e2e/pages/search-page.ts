import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator } from '@playwright/test'
import { TEST_IDS } from '../../apps/web/src/test-ids.ts'
import { LogListPart } from './log-list.ts'
import { PageObject } from './page-object.ts'

/** The text of an input, or of an editor's lines without what stands there while it is empty. */
const TEXT_OF_BAR = `(bar) => 'value' in bar ? bar.value
  : [...bar.querySelectorAll('.cm-line')].map((line) => [...line.childNodes]
      .filter((node) => !node.classList?.contains('cm-placeholder')).map((node) => node.textContent).join('')).join('\\n')`

/** The first page as its reader uses it. */
export class SearchPage extends PageObject {
  get list(): LogListPart {
    return new LogListPart(this.page, this.baseUrl)
  }
  get query(): Locator {
    return this.byId('queryInput')
  }
  /** The query bar once it is an editor. */
  get editor(): Locator {
    return this.page.locator('.cm-content')
  }
  get suggestions(): Locator {
    return this.page.getByRole('listbox').getByRole('option')
  }
  get rows(): Locator {
    return this.byId('logRow')
  }
  get messages(): Locator {
    return this.byId('logMessage')
  }
  get details(): Locator {
    return this.byId('logDetails')
  }
  get total(): Locator {
    return this.byId('total')
  }

  /** Opens the page at a search and waits until there is an answer of some kind. */
  async open(search: Record<string, string> = {}): Promise<void> {
    await this.page.goto(`${this.baseUrl}/?${new URLSearchParams(search)}`)
    await expect(this.query).toBeVisible()
  }

  /** Types a query and runs it with Enter. */
  async ask(query: string): Promise<void> {
    await this.query.fill(query)
    await this.query.press('Enter')
  }

  /** What stands in the query bar, whether the editor has taken the plain input's place or not yet. */
  async expectQuery(query: string | RegExp): Promise<void> {
    const bar = `document.querySelector('[data-testid="${TEST_IDS.queryInput}"]')`
    const text = async () => String(await this.page.evaluate(`(${TEXT_OF_BAR})(${bar})`))
    const asked = expect.poll(text, { message: 'the text of the query bar' })
    if (typeof query === 'string') await asked.toBe(query)
    else await asked.toMatch(query)
  }

  async expectTotal(events: number): Promise<void> {
    await expect(this.total).toHaveText(new RegExp(`^${events.toLocaleString('en')} event`))
  }

  /** A part of the page comes to stand within its first so many pixels across. */
  async expectWithin(id: keyof typeof TEST_IDS, pixels: number): Promise<void> {
    const isWithin = async () => {
      const box = await this.byId(id).boundingBox()
      return box !== null && box.x >= 0 && box.x + box.width <= pixels
    }
    await expect.poll(isWithin, { message: `${id} within ${pixels} px` }).toBe(true)
  }

  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text }).first()
  }

  field(name: string): Locator {
    return this.details.locator(`[data-testid="${TEST_IDS.field}"][data-field="${name}"]`)
  }

  /** The value of a search parameter in the address bar. */
  urlParameter(name: string): string | null {
    return new URL(this.page.url()).searchParams.get(name)
  }

  /** Pastes a text on the page, outside of any field. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate(`{
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', ${JSON.stringify(text)})
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }`)
  }

  /** What axe finds that keeps someone out, in the parts of the page that are named, or in all of it. */
  async seriousFindings(...within: readonly string[]): Promise<string[]> {
    const axe = new AxeBuilder({ page: this.page })
    for (const part of within) axe.include(part)
    const { violations } = await axe.analyze()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  }

  /** Drags files over the page and drops them. */
  async drop(files: readonly { name: string; bytes: Buffer }[]): Promise<void> {
    const given = files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') }))
    await this.page.evaluate(`{
      const dataTransfer = new DataTransfer()
      for (const { name, base64 } of ${JSON.stringify(given)})
        dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name))
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    }`)
  }
}
