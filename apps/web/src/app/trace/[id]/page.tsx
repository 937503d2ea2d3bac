import type { Metadata } from 'next'
import { idOfSegment, traceTitle } from '../../../features/trace/correlation.ts'
import { TracePage } from '../../../features/trace/trace-page.tsx'

interface Props {
  readonly params: Promise<{ id: string }>
}

/** Next writes the title once more after the page has: it must be the same. */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: traceTitle('trace', idOfSegment((await params).id)) }
}

/** All lines of one trace. What of them is shown stands in the URL. */
export default async function Page({ params }: Props) {
  const { id } = await params
  return <TracePage kind="trace" segment={id} />
}
