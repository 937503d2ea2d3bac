/** What the reader decided about the demo of this installation; kept in the browser. */
export type DemoChoice = 'undecided' | 'kept' | 'hidden'

/** Takes the demo's logs out of an answer; it stands in the query, where it can be taken away. */
export const WITHOUT_DEMO = { field: 'environment', value: 'demo', exclude: true } as const

const KEY = 'heartwood_demo'

export function readDemoChoice(storage: Pick<Storage, 'getItem'>): DemoChoice {
  const stored = storage.getItem(KEY)
  return stored === 'kept' || stored === 'hidden' ? stored : 'undecided'
}

export function writeDemoChoice(storage: Pick<Storage, 'setItem' | 'removeItem'>, choice: DemoChoice): void {
  if (choice === 'undecided') storage.removeItem(KEY)
  else storage.setItem(KEY, choice)
}
