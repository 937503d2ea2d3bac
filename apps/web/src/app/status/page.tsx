import type { Metadata } from 'next'
import { StatusPage } from '../../features/status/status-page.tsx'

export const metadata: Metadata = { title: 'Status · Heartwood' }

/** How Heartwood itself does, and what it keeps. */
export default function Page() {
  return <StatusPage />
}
