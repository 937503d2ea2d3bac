'use client'

import type { PatternJson } from '@heartwood/api'
import { ChevronRight, Minus, Plus } from 'lucide-react'
import { useId } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { Button } from '../../../ui/button.tsx'
import type { FacetQuestion } from '../fields/facet-question.ts'
import { shareText } from '../fields/prepare-fields.ts'
import { LEVEL_FILL, LEVEL_TEXT } from '../log-list/level-look.ts'
import { PatternLines } from './pattern-lines.tsx'
import { levelsOf, sparkPath } from './prepare-patterns.ts'
import { ShapeText } from './shape-text.tsx'

const SPARK = { width: 96, height: 18 } as const

/** One thing the logs say: how often, when, how bad, and the words. It opens to its newest lines. */
export function PatternRow(props: {
  readonly pattern: PatternJson
  readonly total: number
  readonly question: FacetQuestion
  readonly open: boolean
  onOpen(open: boolean): void
  onFilter(side: 'only' | 'without'): void
}) {
  const { pattern, total, open } = props
  const body = useId()
  const levels = levelsOf(pattern)
  const usual = levels.toSorted((a, b) => b.count - a.count)[0]?.level ?? 'unknown'
  return (
    <li data-testid={TEST_IDS.pattern} data-shape={pattern.shape} className="border-b border-line/60">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={body}
        onClick={() => props.onOpen(!open)}
        className="flex w-full items-start gap-2.5 px-3 py-1 text-left hover:bg-hover focus-visible:outline-offset-[-2px]"
      >
        <ChevronRight
          size={13}
          aria-hidden
          className={`mt-[3px] shrink-0 text-faint transition-transform ${open ? 'rotate-90' : ''}`}
        />
        <span className="w-24 shrink-0 text-right tabular-nums max-sm:w-16">
          {pattern.count.toLocaleString('en')}{' '}
          <span className="inline-block w-10 text-xs text-faint max-sm:block max-sm:w-auto">
            {shareText(pattern.count, total)}
          </span>
        </span>
        <svg
          viewBox={`0 0 ${SPARK.width} ${SPARK.height}`}
          width={SPARK.width}
          height={SPARK.height}
          aria-hidden="true"
          className="mt-px shrink-0 max-sm:hidden"
        >
          <path
            d={sparkPath(pattern.counts, SPARK.width, SPARK.height)}
            fill={usual === 'error' || usual === 'fatal' ? LEVEL_FILL[usual] : 'var(--fill-info)'}
          />
        </svg>
        <span className={`w-14 shrink-0 text-xs leading-5 max-sm:hidden ${LEVEL_TEXT[usual]}`}>
          {usual === 'unknown' ? '–' : usual}
          {levels.length > 1 && <span className="font-normal text-faint"> +{levels.length - 1}</span>}
        </span>
        <span
          className={`min-w-0 flex-1 font-mono text-[12.5px] leading-5 ${open ? 'wrap-anywhere whitespace-pre-wrap' : 'truncate max-sm:line-clamp-3 max-sm:wrap-anywhere max-sm:whitespace-normal'}`}
        >
          <ShapeText shape={pattern.shape} />
        </span>
      </button>
      <div id={body} hidden={!open} className="bg-sunken/50 px-3 pt-1.5 pb-2.5 sm:pl-9">
        {open && (
          <>
            <p className="mb-1.5 text-xs text-dim tabular-nums">
              {levels.map(({ level, count }) => `${count.toLocaleString('en')} ${level}`).join(' · ')}
            </p>
            <PatternLines question={props.question} pattern={pattern} />
            <div className="mt-2 flex flex-wrap gap-2">
              <Button testId={TEST_IDS.patternOnly} onClick={() => props.onFilter('only')}>
                <Plus size={14} aria-hidden /> Show its lines
              </Button>
              <Button testId={TEST_IDS.patternWithout} onClick={() => props.onFilter('without')}>
                <Minus size={14} aria-hidden /> Leave them out
              </Button>
            </div>
          </>
        )}
      </div>
    </li>
  )
}
