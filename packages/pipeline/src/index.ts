export { FORMATS, type Format, type ParsedLine } from './formats/index.ts'
export { PipelineError, type PipelineResult, runPipeline } from './run-pipeline.ts'
export { PLAIN_STEPS, STANDARD_STEPS } from './standard-steps.ts'
export type { Step, StepContext, StepResult } from './step.ts'
