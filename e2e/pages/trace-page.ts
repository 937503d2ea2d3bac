import { expect, type Locator } from '@playwright/test'
import { PageObject } from './page-object.ts'

/** The page of a trace or a request as its reader uses it. */
export class TracePage extends PageObject {
  get lines(): Locator {
    return this.byId('traceLine')
  }
  get facts(): Locator {
    return this.byId('traceFacts')
  }
  get details(): Locator {
    return this.byId('logDetails')
  }

  async open(kind: 'trace' | 'request', id: string, query = ''): Promise<void> {
    await this.page.goto(`${this.baseUrl}/${kind}/${encodeURIComponent(id)}${query}`)
    await expect(this.page.getByRole('heading', { level: 1 })).toContainText(
      kind === 'trace' ? 'Trace' : 'Request',
    )
  }

  service(name: string): Locator {
    return this.byId('traceService').filter({ hasText: name })
  }
}
