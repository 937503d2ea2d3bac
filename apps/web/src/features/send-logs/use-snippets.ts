'use client'

import type { StatusOutput } from '@heartwood/api'
import { useEffect, useMemo, useState } from 'react'
import { type Snippet, snippetsFor } from './snippets.ts'

/** The snippets for this server; the page's host is known only in the browser. */
export function useSnippets(status: StatusOutput): Snippet[] {
  const [pageHost, setPageHost] = useState('localhost')
  useEffect(() => setPageHost(window.location.hostname), [])
  return useMemo(
    () => snippetsFor({ ingestUrl: status.ingest_url, needsToken: status.needs_token, pageHost }),
    [status.ingest_url, status.needs_token, pageHost],
  )
}
