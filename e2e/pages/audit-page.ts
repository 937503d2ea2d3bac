import { expect, type Locator } from '@playwright/test'
import { PageObject } from './page-object.ts'

/** The page of the audit events as its reader uses it. */
export class AuditPage extends PageObject {
  get rows(): Locator {
    return this.byId('auditRow')
  }
  get drawer(): Locator {
    return this.byId('auditDrawer')
  }

  async open(search: Record<string, string> = {}): Promise<void> {
    await this.page.goto(`${this.baseUrl}/audit?${new URLSearchParams(search)}`)
    await expect(this.page.getByRole('heading', { name: 'Audit', level: 1 })).toBeVisible()
  }

  /** Asks again until a row with the text is there: an event can be found a moment after it was recorded. */
  async untilRow(text: string): Promise<Locator> {
    const row = this.rows.filter({ hasText: text }).first()
    await expect(async () => {
      await this.page.getByRole('button', { name: 'Ask again' }).click()
      await expect(row).toBeVisible({ timeout: 1_000 })
    }).toPass({ timeout: 30_000 })
    return row
  }
}
