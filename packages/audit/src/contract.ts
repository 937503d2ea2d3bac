import { describe, expect, test } from 'vitest'
import type { AuditEvent } from './audit-event.ts'
import type { AuditTrail } from './port.ts'

/** A trail, and what came of it. */
export interface TrailUnderTest extends AsyncDisposable {
  readonly trail: AuditTrail
  /** Messages of what is kept, in its order. */
  kept(): Promise<readonly string[]>
}

export const event = (message: string): AuditEvent => ({ action: 'search', outcome: 'success', message })

/**
 * What every trail promises. `open` makes an empty one each time; with `full` it is one that has room for nothing.
 */
export function auditTrailContract(
  name: string,
  open: (options: { readonly full: boolean }) => Promise<TrailUnderTest>,
): void {
  describe(`audit trail contract: ${name}`, () => {
    test('what was recorded is kept, in the order of the calls, also of calls at once', async () => {
      await using place = await open({ full: false })
      const names = Array.from({ length: 50 }, (_, index) => `event ${index}`)
      await Promise.all(names.map((one) => place.trail.record(event(one))))
      expect(await place.kept()).toEqual(names)
      expect(place.trail.stats()).toMatchObject({ lost: 0, obstacle: undefined })
    })

    test('closing keeps what was recorded and not waited for', async () => {
      await using place = await open({ full: false })
      void place.trail.record(event('one'))
      void place.trail.record(event('two'))
      await place.trail.close()
      expect(await place.kept()).toEqual(['one', 'two'])
    })

    test('a closed trail takes nothing more and counts that, without throwing; closing again does nothing', async () => {
      await using place = await open({ full: false })
      await place.trail.record(event('one'))
      await place.trail.close()
      await place.trail.record(event('too late'))
      await place.trail.close()
      expect(await place.kept()).toEqual(['one'])
      expect(place.trail.stats().lost).toBe(1)
    })

    test('a trail without room gives up what comes, counts it and says why, and keeps nobody waiting', async () => {
      await using place = await open({ full: true })
      for (const one of ['one', 'two', 'three']) await place.trail.record(event(one))
      const { lost, obstacle } = place.trail.stats()
      expect(lost).toBe(3)
      expect(obstacle).toMatch(/\S/)
      expect(await place.kept()).toEqual([])
    })
  })
}
