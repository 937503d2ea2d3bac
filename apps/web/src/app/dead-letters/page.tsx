import type { Metadata } from 'next'
import { DeadLettersPage } from '../../features/dead-letters/dead-letters-page.tsx'

export const metadata: Metadata = { title: 'Dead letters · Heartwood' }

/** What could not become a log. What it shows stands in the URL. */
export default function Page() {
  return <DeadLettersPage />
}
