import type { Metadata } from 'next'
import { AuditPage } from '../../features/audit/audit-page.tsx'

export const metadata: Metadata = { title: 'Audit · Heartwood' }

/** Who did what with the product. What it shows stands in the URL. */
export default function Page() {
  return <AuditPage />
}
