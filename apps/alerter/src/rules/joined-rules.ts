import type { RulesFile } from '@heartwood/alerts'
import type { LiveRules } from './live-rules.ts'

/** The rules of the user's file and of the demo's. A rule of the user's hides one of the demo's with the same id. */
export function joinedRules(own: LiveRules, demo: LiveRules): LiveRules {
  return {
    get current() {
      return join(own.current, demo.current)
    },
    // A mistake in the demo's file is none that the user could mend.
    get problems() {
      return own.problems
    },
    listen(listener) {
      let listening = false
      // Each tells the listener at once how it stands; of these two the second is enough.
      own.listen(() => {
        if (listening) listener()
      })
      listening = true
      demo.listen(listener)
    },
    [Symbol.dispose]() {
      own[Symbol.dispose]()
      demo[Symbol.dispose]()
    },
  }
}

function join(own: RulesFile | undefined, demo: RulesFile | undefined): RulesFile | undefined {
  if (demo === undefined || demo.rules.length === 0) return own
  const taken = new Set(own?.rules.map(({ id }) => id))
  return {
    rules: [...(own?.rules ?? []), ...demo.rules.filter(({ id }) => !taken.has(id))],
    receivers: own?.receivers ?? [],
  }
}
