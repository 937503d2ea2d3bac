export type ShortcutAction =
  | 'focus-query'
  | 'open-time'
  | 'open-zone'
  | 'range-back'
  | 'range-forward'
  | 'range-earlier'
  | 'range-later'
  | 'zoom-out'
  | 'toggle-live'
  | 'pause-tail'
  | 'clear-tail'
  | 'toggle-fields'
  | 'refresh'
  | 'next-row'
  | 'previous-row'
  | 'toggle-row'
  | 'close'
  | 'copy-link'
  | 'open-palette'
  | 'saved-searches'
  | 'save-search'
  | 'page-down'
  | 'page-up'
  | 'to-first'
  | 'to-last'
  | 'expand-row'
  | 'select-row'
  | 'copy-rows'
  | 'next-error'
  | 'previous-error'
  | 'send-logs'
  | 'open-status'
  | 'open-dead-letters'
  | 'open-audit'
  | 'show-shortcuts'

export interface Shortcut {
  readonly action: ShortcutAction
  /** Values of KeyboardEvent.key; shown as `shown` where there is one. */
  readonly keys: readonly string[]
  readonly shown: readonly string[]
  readonly about: string
  /** Pressed with Ctrl or ⌘; then also where text is typed. */
  readonly withCommand?: true
}

export interface ShortcutGroup {
  readonly title: string
  readonly shortcuts: readonly Shortcut[]
}

/** Every key of the page by what it has to do with, in the order of the sheet. */
export const SHORTCUT_GROUPS: readonly ShortcutGroup[] = [
  {
    title: 'Ask',
    shortcuts: [
      { action: 'focus-query', keys: ['/'], shown: ['/'], about: 'Write a query' },
      { action: 'refresh', keys: ['r'], shown: ['r'], about: 'Ask again' },
      { action: 'toggle-fields', keys: ['f'], shown: ['f'], about: 'Show the fields, or hide them' },
      { action: 'saved-searches', keys: ['b'], shown: ['b'], about: 'Saved searches' },
      { action: 'save-search', keys: ['B'], shown: ['B'], about: 'Save this search' },
      { action: 'copy-link', keys: ['y'], shown: ['y'], about: 'Copy a link to this search, at fixed times' },
    ],
  },
  {
    title: 'Time',
    shortcuts: [
      { action: 'open-time', keys: ['d'], shown: ['d'], about: 'Choose the time range' },
      { action: 'open-zone', keys: ['z'], shown: ['z'], about: 'Choose the time zone' },
      { action: 'range-earlier', keys: ['['], shown: ['['], about: 'Half a range earlier' },
      { action: 'range-later', keys: [']'], shown: [']'], about: 'Half a range later' },
      { action: 'zoom-out', keys: ['-'], shown: ['-'], about: 'Twice the range' },
      { action: 'range-back', keys: ['<'], shown: ['<'], about: 'The range before' },
      { action: 'range-forward', keys: ['>'], shown: ['>'], about: 'The range after' },
    ],
  },
  {
    title: 'Live',
    shortcuts: [
      { action: 'toggle-live', keys: ['l'], shown: ['l'], about: 'Follow live, or stop' },
      { action: 'pause-tail', keys: ['p'], shown: ['p'], about: 'Pause the live list, or go on' },
      { action: 'clear-tail', keys: ['L'], shown: ['L'], about: 'Clear the live list' },
    ],
  },
  {
    title: 'Rows',
    shortcuts: [
      { action: 'next-row', keys: ['j', 'ArrowDown'], shown: ['j', '↓'], about: 'Next row' },
      { action: 'previous-row', keys: ['k', 'ArrowUp'], shown: ['k', '↑'], about: 'Previous row' },
      { action: 'page-down', keys: ['PageDown'], shown: ['PgDn'], about: 'A page down' },
      { action: 'page-up', keys: ['PageUp'], shown: ['PgUp'], about: 'A page up' },
      { action: 'to-first', keys: ['g', 'Home'], shown: ['g'], about: 'To the first row' },
      { action: 'to-last', keys: ['G', 'End'], shown: ['G'], about: 'To the last row' },
      { action: 'next-error', keys: ['n'], shown: ['n'], about: 'Next error' },
      { action: 'previous-error', keys: ['N'], shown: ['N'], about: 'Previous error' },
      { action: 'toggle-row', keys: ['Enter', 'o'], shown: ['Enter'], about: 'Open or close the row' },
      { action: 'expand-row', keys: [' '], shown: ['Space'], about: 'Expand the row in its place' },
      { action: 'select-row', keys: ['x'], shown: ['x'], about: 'Select the row' },
      { action: 'copy-rows', keys: ['c'], shown: ['c'], about: 'Copy the selected rows, or this one' },
      { action: 'close', keys: ['Escape'], shown: ['Esc'], about: 'Close' },
    ],
  },
  {
    title: 'Go to',
    shortcuts: [
      {
        action: 'open-palette',
        keys: ['k'],
        shown: ['Ctrl K'],
        about: 'Do or open anything by its name',
        withCommand: true,
      },
      { action: 'send-logs', keys: ['s'], shown: ['s'], about: 'Send your logs' },
      { action: 'open-status', keys: ['S'], shown: ['S'], about: 'To the status' },
      { action: 'open-dead-letters', keys: ['D'], shown: ['D'], about: 'To the dead letters' },
      { action: 'open-audit', keys: ['A'], shown: ['A'], about: 'To the audit events' },
      { action: 'show-shortcuts', keys: ['?'], shown: ['?'], about: 'This sheet' },
    ],
  },
]

export const SHORTCUTS: readonly Shortcut[] = SHORTCUT_GROUPS.flatMap(({ shortcuts }) => shortcuts)

/** What the keys do; undefined where one has no meaning just now. */
export type ShortcutHandlers = Readonly<Record<ShortcutAction, (() => void) | undefined>>

export interface PressedKey {
  readonly key: string
  /** With Ctrl, ⌘ or Alt: `command` is Ctrl or ⌘ alone. */
  readonly modified: false | 'command' | 'other'
  /** Where the key was pressed: text is typed there, a control has its own use for Enter and Space, or neither. */
  readonly place: 'text' | 'control' | 'page'
}

/** What a key means, or undefined when it belongs to the control that has the focus. */
export function shortcutOf(pressed: PressedKey): ShortcutAction | undefined {
  if (pressed.modified !== false)
    return pressed.modified === 'command'
      ? SHORTCUTS.find(({ keys, withCommand }) => withCommand && keys.includes(pressed.key))?.action
      : undefined
  if (pressed.place === 'text') return undefined
  if (pressed.place === 'control' && (pressed.key === 'Enter' || pressed.key === ' ')) return undefined
  return SHORTCUTS.find(({ keys, withCommand }) => withCommand === undefined && keys.includes(pressed.key))
    ?.action
}
