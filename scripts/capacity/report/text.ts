import type { Cost } from '../costs/cost.ts'
import type { Role } from '../plan/role.ts'
import { bytesText, countText, minutesText } from '../quantity.ts'
import type { Capacity } from './capacity.ts'
import { missionLines } from './mission.ts'
import { spikeLines } from './spike.ts'
import { table } from './table.ts'

/** The plan for people. */
export function capacityText(capacity: Capacity, options: { readonly allMinutes: boolean }): string {
  return [
    ['The figures of the mission', ...indented(missionLines(capacity))],
    ['What it takes', ...indented(roleLines(capacity))],
    ['Settings', ...indented(settingLines(capacity))],
    ['The archive on S3', ...indented(archiveLines(capacity))],
    [
      `A spike of ${countText(capacity.demand.peak)} times the mean for ${minutesText(capacity.demand.peakMinutes)}`,
      ...indented(spikeLines(capacity, options)),
    ],
    ['What this rests on', ...indented(costLines(capacity))],
  ]
    .map((section) => section.join('\n'))
    .join('\n\n')
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`))
}

function roleLines({ plan, demand: { machine } }: Capacity): string[] {
  const size = `${machine.cores} cores, ${bytesText(machine.memoryBytes)} of memory and ${bytesText(machine.diskBytes)} of disk`
  return [
    `ingest and Kafka take ${countText(plan.peakPerSecond)} events/s; indexers, Elasticsearch and archivers do ${countText(plan.indexedPerSecond)}/s.`,
    '',
    ...table(
      ['part', 'how many', 'cores in all', 'memory each', 'disk each', 'decided by'],
      plan.roles.map(roleRow),
    ),
    '',
    `A machine has ${size}. All apps of Heartwood fit on ${plan.appMachines} of them.`,
    `Topics of ${plan.partitions} partitions; an index a day of ${plan.shards} shards.`,
  ]
}

function roleRow({ name, count, kind, cores, memoryBytes, diskBytes, boundBy }: Role): string[] {
  return [
    name,
    `${countText(count)} ${kind}`,
    countText(Math.ceil(cores)),
    bytesText(memoryBytes),
    diskBytes === 0 ? '-' : bytesText(diskBytes),
    boundBy,
  ]
}

function settingLines({ plan: { settings } }: Capacity): string[] {
  return [...Object.entries(settings.values).map(([name, value]) => `${name}=${value}`), ...settings.refused]
}

function archiveLines({ plan: { archive }, demand, prices }: Capacity): string[] {
  if (demand.daysCold === 0) return ['none is asked for']
  return [
    `${bytesText(archive.storedBytes)} in ${countText(archive.objects)} objects once ${demand.daysCold} days are there, ${countText(archive.putsPerMonth)} PUT a month`,
    `about ${countText(Math.round(archive.dollarsPerMonth))} dollars a month: ${prices.gigabyteMonth} a GB and month, ${prices.thousandPuts} a thousand PUT`,
    `(${prices.name}, ${prices.asOf}; reading, traffic and taxes come on top: put in yours with --s3-gb-month and --s3-thousand-puts)`,
  ]
}

function costLines({ costs, lengthFactor }: Capacity): string[] {
  const all: Cost[] = Object.values(costs)
  return [
    `CPU and disk were measured with events of ${costs.eventBytes.value} B and are taken times ${lengthFactor.toFixed(2)} here. Where two runs`,
    'were measured the dearer one counts; docs/benchmarks.md says on what machine, and beside what other work.',
    '',
    ...all.map(({ value, unit, about, source }) => {
      const said = `${countText(value)} ${unit}: ${about}`
      return source.kind === 'measured'
        ? `measured  ${said} (docs/benchmarks.md, ${source.row})`
        : `ASSUMED   ${said} (${source.why})`
    }),
  ]
}
