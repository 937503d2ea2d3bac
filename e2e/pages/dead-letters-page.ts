import { expect, type Locator } from '@playwright/test'
import { PageObject } from './page-object.ts'

/** The page of the dead letters as its reader uses it. */
export class DeadLettersPage extends PageObject {
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
