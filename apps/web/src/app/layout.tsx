import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { themeOf } from '../features/theme/theme.ts'
import { Providers } from './providers.tsx'
import './globals.css'

export const metadata: Metadata = { title: 'Heartwood', description: 'Logs, kept and found.' }
export const viewport: Viewport = { width: 'device-width', initialScale: 1 }

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The theme stands in a cookie so that the first paint already has it.
  const theme = themeOf((await cookies()).get('heartwood_theme')?.value)
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  )
}
