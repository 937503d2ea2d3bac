import { openDatabase } from '@heartwood/db'
import { expect, test } from 'vitest'
import { alertsOutput } from '../src/routes/alerts.ts'

test('while PostgreSQL is away the alerts are unavailable for now, which is no error of the product', async () => {
  // Nobody listens on port 1.
  await using database = openDatabase('postgresql://nobody:nothing@127.0.0.1:1/none')
  await expect(alertsOutput(database, [])).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 2,
  })
})
