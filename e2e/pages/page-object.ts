import type { Locator, Page } from '@playwright/test'
import { TEST_IDS } from '../../apps/web/src/test-ids.ts'

/** A page of a Heartwood, whose parts are found by the names the page gives them. */
export class PageObject {
  readonly page: Page
  readonly baseUrl: string
  constructor(page: Page, baseUrl: string) {
    this.page = page
    this.baseUrl = baseUrl
  }

  readonly byId = (id: keyof typeof TEST_IDS): Locator => this.page.getByTestId(TEST_IDS[id])
}
