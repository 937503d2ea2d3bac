import { expect, type Locator, type Page } from '@playwright/test'
import { TEST_IDS } from '../../apps/web/src/test-ids.ts'

/** The page of the dead letters as its reader uses it. */
export class DeadLettersPage {
  readonly page: Page
  readonly baseUrl: string
  constructor(page: Page, baseUrl: string) {
    this.page = page
    this.baseUrl = baseUrl
  }

  readonly byId = (id: keyof typeof TEST_IDS): Locator => this.page.getByTestId(TEST_IDS[id])
  get rows(): Locator {
    return this.byId('letterRow')
  }
  get drawer(): Locator {
    return this.byId('letterDrawer')
  }

  async open(filter: Record<string, string> = {}): Promise<void> {
    await this.page.goto(`${this.baseUrl}/dead-letters?${new URLSearchParams(filter)}`)
    await expect(this.page.getByRole('heading', { name: 'Dead letters', level: 1 })).toBeVisible()
  }
}
