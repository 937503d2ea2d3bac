'use client'

import { type AppRouter, exactTransformer } from '@heartwood/api'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpLink } from '@trpc/client'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { type ReactNode, useState } from 'react'
import { apiErrorOf } from './api-error.ts'

const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

export { useTRPC, useTRPCClient }

/** Questions to the product: typed by the router of packages/api, kept and repeated by React Query. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient)
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({
      // One request a question: the list never waits for the chart.
      links: [httpLink({ url: '/api/trpc', transformer: exactTransformer })],
    }),
  )
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  )
}

function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Logs change by themselves: asking again is the user's decision, or the poll's of whoever shows the answer.
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => apiErrorOf(error).transient && failures < 5,
        retryDelay: (failures) => Math.min(4_000, 500 * 2 ** failures),
      },
    },
  })
}
