import { cpus, loadavg, platform, totalmem } from 'node:os'
import { fileSystem } from '../measure/disk.ts'

/** The machine in one line, with how busy it was before the bench began: others may be at work on it. */
export function machineLine(): string {
  const all = cpus()
  const model = all[0]?.model.trim() || 'unknown CPU'
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(', ')
  return `${all.length} cores (${model}), ${Math.round(totalmem() / 1024 ** 3)} GiB, ${platform()} on ${fileSystem()}, Node ${process.versions.node}, load average before it ${load}`
}
