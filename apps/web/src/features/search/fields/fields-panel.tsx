'use client'

import type { FieldsOutput } from '@heartwood/api'
import { TEST_IDS } from '../../../test-ids.ts'
import { ResizeHandle } from '../../../ui/resize-handle.tsx'
import { Sheet } from '../../../ui/sheet.tsx'
import { useHabit } from '../../../ui/use-habit.ts'
import type { ColumnChoice } from '../log-list/columns/column-choice.ts'
import type { FacetQuestion } from './facet-question.ts'
import { FieldList } from './field-list.tsx'
import { PANEL_PIXELS, PANEL_WIDTH } from './panel-habits.ts'
import { ServiceFacet } from './services/service-facet.tsx'
import type { FieldsPanelState } from './use-fields-panel.ts'

/** What the logs are made of, beside them: services and fields with their values, each a filter. */
export function FieldsPanel(props: {
  readonly panel: FieldsPanelState
  readonly fields: FieldsOutput['fields']
  readonly query: string
  readonly question: FacetQuestion | undefined
  readonly columns: ColumnChoice
  onQuery(query: string): void
}) {
  const { panel, fields, query, question, columns, onQuery } = props
  const [width, setWidth] = useHabit(PANEL_PIXELS)
  if (!panel.open) return null
  const content = (
    <>
      {question !== undefined && <ServiceFacet query={query} question={question} onQuery={onQuery} />}
      <h3 className="pt-2 pb-1 pl-1 font-semibold">Fields</h3>
      <FieldList fields={fields} query={query} question={question} columns={columns} onQuery={onQuery} />
    </>
  )
  if (!panel.beside)
    return (
      <Sheet title="Fields" open testId={TEST_IDS.fieldsPanel} width="w-96" onOpenChange={panel.toggle}>
        {content}
      </Sheet>
    )
  return (
    <aside
      aria-label="Fields"
      data-testid={TEST_IDS.fieldsPanel}
      className="relative flex shrink-0 border-r border-line bg-head"
      style={{ width }}
    >
      <div className="flex min-w-0 flex-1 flex-col overflow-y-auto py-1 pr-1.5 pl-2">{content}</div>
      <ResizeHandle
        label="Width of the fields panel"
        grows="right"
        width={width}
        min={PANEL_WIDTH.least}
        max={PANEL_WIDTH.most}
        onResize={setWidth}
        onReset={() => setWidth(PANEL_WIDTH.usual)}
      />
    </aside>
  )
}
