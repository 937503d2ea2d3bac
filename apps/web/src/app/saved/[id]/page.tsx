import { OpenSaved } from '../../../features/saved-searches/open-saved.tsx'

/** A link to a saved search. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <OpenSaved id={(await params).id} />
}
