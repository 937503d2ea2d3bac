'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { apiErrorOf } from '../../api/api-error.ts'
import { useTRPC } from '../../api/api-provider.tsx'
import { Mark } from '../../ui/mark.tsx'
import { urlOfSaved } from './saved-url.ts'

/** Follows a link to a saved search. */
export function OpenSaved({ id }: { id: string }) {
  const trpc = useTRPC()
  const router = useRouter()
  const { data, error } = useQuery(trpc.savedSearch.queryOptions({ id }, { gcTime: 0 }))
  useEffect(() => {
    if (data !== undefined) router.replace(`/${urlOfSaved(data)}`)
  }, [data, router])
  return (
    <main className="flex h-dvh flex-col items-center px-4 pt-[14vh] text-center">
      <Mark size={40} className="text-accent" />
      <h1 className="mt-4 text-[15px] font-semibold">
        {error === null ? 'Opening the saved search…' : 'This saved search cannot be opened'}
      </h1>
      {error !== null && (
        <>
          <p role="alert" className="mt-1 max-w-md text-dim">
            {reasonOf(error)}
          </p>
          <a href="/" className="mt-4 text-accent underline">
            To the logs
          </a>
        </>
      )}
    </main>
  )
}

function reasonOf(error: unknown): string {
  const { code, message } = apiErrorOf(error)
  return code === 'not_found' || code === 'invalid_parameter'
    ? 'There is none with this address; it may have been removed.'
    : message
}
