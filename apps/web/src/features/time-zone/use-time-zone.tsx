'use client'

import { createParser, useQueryState } from 'nuqs'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { useInBrowser } from '../../ui/use-in-browser.ts'
import { rememberedZone, rememberZone } from './remembered-zone.ts'
import { type ZoneChoice, zoneChoiceOf, zoneNameOf } from './time-zone.ts'

export interface TimeZoneState {
  /** The IANA name every time on the page is written in. */
  readonly zone: string
  /** The browser's own zone. */
  readonly local: string
  readonly choice: ZoneChoice
  choose(choice: ZoneChoice): void
}

const TimeZoneContext = createContext<TimeZoneState | undefined>(undefined)

const parseAsZone = createParser<ZoneChoice>({ parse: zoneChoiceOf, serialize: (choice) => choice })

/** The zone of the URL (`tz`), else the one chosen last in this browser, else the browser's own. The server writes UTC: it knows no other. */
export function TimeZoneProvider({ children }: { children: ReactNode }) {
  const [named, setNamed] = useQueryState('tz', parseAsZone)
  const inBrowser = useInBrowser()
  const [chosen, setChosen] = useState<ZoneChoice>()
  const local = useMemo(
    () => (inBrowser ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC'),
    [inBrowser],
  )
  const remembered = useMemo(() => (inBrowser ? rememberedZone(localStorage) : 'utc'), [inBrowser])
  const choice = named ?? chosen ?? remembered
  const choose = useCallback(
    (next: ZoneChoice) => {
      setChosen(next)
      rememberZone(localStorage, next)
      void setNamed(next === 'local' ? null : next)
    },
    [setNamed],
  )
  const state = useMemo(
    () => ({ zone: zoneNameOf(choice, local), local, choice, choose }),
    [choice, local, choose],
  )
  return <TimeZoneContext.Provider value={state}>{children}</TimeZoneContext.Provider>
}

/** The time zone of the page and how to change it. */
export function useTimeZone(): TimeZoneState {
  const state = useContext(TimeZoneContext)
  if (state === undefined) throw new Error('useTimeZone needs a TimeZoneProvider around it')
  return state
}
