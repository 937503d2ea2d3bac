'use client'

import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { z } from 'zod'

/** Something the reader has chosen for this browser and that changes nothing of what is found. */
export interface Habit<T> {
  /** Its name in localStorage. */
  readonly key: string
  readonly schema: z.ZodType<T>
  /** What holds until something was chosen, or where what is stored cannot be read. */
  readonly fallback: T
}

/** A habit and how to change it; every part of the page that uses it follows, and so do other tabs. */
export function useHabit<T>(habit: Habit<T>): readonly [T, (next: T) => void] {
  const text = useSyncExternalStore(
    subscribe,
    () => storedText(habit.key),
    () => null,
  )
  const value = useMemo(() => habitOf(habit, text), [habit, text])
  const change = useCallback((next: T) => store(habit.key, JSON.stringify(next)), [habit])
  return [value, change]
}

/** The habit as it was stored; text that is not one is the fallback. */
export function habitOf<T>(habit: Habit<T>, text: string | null): T {
  if (text === null) return habit.fallback
  try {
    const { success, data } = habit.schema.safeParse(JSON.parse(text))
    return success ? data : habit.fallback
  } catch {
    return habit.fallback
  }
}

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

/** A browser may refuse storage altogether: then nothing is remembered. */
function storedText(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function store(key: string, text: string): void {
  try {
    localStorage.setItem(key, text)
  } catch {
    return
  }
  for (const listener of listeners) listener()
}
