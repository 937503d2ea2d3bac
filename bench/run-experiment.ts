import type { Bench, Outcome } from './experiments/bench.ts'
import { cluster } from './experiments/cluster.ts'
import { cold } from './experiments/cold.ts'
import { disk } from './experiments/disk.ts'
import { formats } from './experiments/formats.ts'
import { growth } from './experiments/growth.ts'
import { ingest } from './experiments/ingest.ts'
import { latency } from './experiments/latency.ts'
import { memory } from './experiments/memory.ts'
import { questions } from './experiments/questions.ts'
import { segments } from './experiments/segments.ts'
import { stages } from './experiments/stages.ts'
import { web } from './experiments/web.ts'
import type { Experiment } from './plan.ts'

export function runExperiment(experiment: Experiment, bench: Bench): Promise<Outcome> {
  switch (experiment.name) {
    case 'ingest':
      return ingest(experiment.plan, bench)
    case 'disk':
      return disk(experiment.plan, bench)
    case 'latency':
      return latency(experiment.plan, bench)
    case 'memory':
      return memory(experiment.plan, bench)
    case 'questions':
      return questions(experiment.plan, bench)
    case 'segments':
      return segments(experiment.plan, bench)
    case 'stages':
      return stages(experiment.plan, bench)
    case 'formats':
      return formats(experiment.plan, bench)
    case 'growth':
      return growth(experiment.plan, bench)
    case 'web':
      return web(experiment.plan, bench)
    case 'cluster':
      return cluster(experiment.plan, bench)
    case 'cold':
      return cold(experiment.plan, bench)
  }
}
