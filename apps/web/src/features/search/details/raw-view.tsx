'use client'

import { TEST_IDS } from '../../../test-ids.ts'
import { TextBox } from './json-view.tsx'

/** What was sent, before anything was read out of it. */
export function RawView({ raw }: { raw: string }) {
  return <TextBox text={raw} label="Copy what was sent" testId={TEST_IDS.raw} />
}
