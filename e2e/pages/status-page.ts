import { expect, type Locator } from '@playwright/test'
import { PageObject } from './page-object.ts'

/** The page that tells how Heartwood itself does. */
export class StatusPage extends PageObject {
  get dialog(): Locator {
    return this.byId('deleteDialog')
  }

  async open(): Promise<void> {
    await this.page.goto(`${this.baseUrl}/status`)
    await expect(this.page.getByRole('heading', { name: 'Status', level: 1 })).toBeVisible()
    await expect(this.byId('stored')).toBeVisible()
  }

  process(name: string): Locator {
    return this.page.locator(`[data-process="${name}"]`)
  }

  day(day: string): Locator {
    return this.page.locator(`[data-day="${day}"]`)
  }
}
