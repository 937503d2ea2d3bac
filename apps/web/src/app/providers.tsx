'use client'

import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { Tooltip } from 'radix-ui'
import type { ReactNode } from 'react'
import { Toaster } from 'sonner'
import { ApiProvider } from '../api/api-provider.tsx'
import { TimeZoneProvider } from '../features/time-zone/use-time-zone.tsx'

export function Providers({ children }: { children: ReactNode }) {
  return (
    <NuqsAdapter>
      <ApiProvider>
        <Tooltip.Provider delayDuration={400} skipDelayDuration={200}>
          <TimeZoneProvider>{children}</TimeZoneProvider>
        </Tooltip.Provider>
        <Toaster position="bottom-center" toastOptions={{ className: 'heartwood-toast' }} />
      </ApiProvider>
    </NuqsAdapter>
  )
}
