'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useEffect, useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { IconButton } from '../../ui/button.tsx'
import { nextTheme, type Theme, themeOf } from './theme.ts'

const ICONS = { system: Monitor, light: Sun, dark: Moon } as const
const YEAR_SECONDS = 31_536_000

/** Goes round system, light and dark; kept in a cookie, so that the server paints the right one first. */
export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>('system')
  useEffect(() => setTheme(themeOf(document.documentElement.dataset.theme)), [])
  const Icon = ICONS[theme]
  return (
    <IconButton
      label={`Theme: ${theme}. Switch to ${nextTheme(theme)}`}
      testId={TEST_IDS.themeToggle}
      onClick={() => {
        const next = nextTheme(theme)
        document.documentElement.dataset.theme = next
        // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing on plain http
        document.cookie = `heartwood_theme=${next}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`
        setTheme(next)
      }}
    >
      <Icon size={15} aria-hidden />
    </IconButton>
  )
}
