'use client'

import { ArrowLeft, ArrowRight, ChevronLeft, ChevronRight, ZoomOut } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../../ui/button.tsx'
import type { RangeSteps } from './use-range-steps.ts'

const STEPS: readonly { step: keyof RangeSteps; label: string; icon: ReactNode }[] = [
  { step: 'back', label: 'Range before (<)', icon: <ArrowLeft size={15} aria-hidden /> },
  { step: 'forward', label: 'Range after (>)', icon: <ArrowRight size={15} aria-hidden /> },
  { step: 'earlier', label: 'Half a range earlier ([)', icon: <ChevronLeft size={15} aria-hidden /> },
  { step: 'later', label: 'Half a range later (])', icon: <ChevronRight size={15} aria-hidden /> },
  { step: 'zoomOut', label: 'Zoom out (-)', icon: <ZoomOut size={15} aria-hidden /> },
]

/** Steps from the range shown, as buttons. */
export function StepButtons({ steps, only }: { steps: RangeSteps; only?: readonly (keyof RangeSteps)[] }) {
  return STEPS.filter(({ step }) => only === undefined || only.includes(step)).map(
    ({ step, label, icon }) => (
      <IconButton
        key={step}
        label={label}
        disabled={steps[step] === undefined}
        onClick={() => steps[step]?.()}
      >
        {icon}
      </IconButton>
    ),
  )
}
