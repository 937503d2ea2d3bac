import type { Metadata } from 'next'
import { Suspense } from 'react'
import { TracePage } from '../../../features/trace/trace-page.tsx'

export const metadata: Metadata = { title: 'Trace · Heartwood' }

/** All lines of one trace. What of them is shown stands in the URL. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Suspense>
      <TracePage kind="trace" segment={id} />
    </Suspense>
  )
}
