import { countText } from '../quantity.ts'
import type { Capacity } from './capacity.ts'

/** What the product is built for, and how this demand stands to it. */
const MISSION = {
  eventsPerSecond: 100_000,
  eventBytes: 1_000,
  bytesPerDay: 10e12,
  peak: 10,
  services: 10_000,
  daysHot: 30,
  daysCold: 365,
} as const

/** A line for each figure of the mission. */
export function missionLines({ demand, costs }: Capacity): string[] {
  const { eventsPerSecond, eventBytes, peak, daysHot, daysCold } = demand
  const perDay = eventsPerSecond * eventBytes * 86_400
  const follows = (is: boolean) => (is ? 'follows' : 'DIFFERS')
  const isNear = (value: number, goal: number) => Math.abs(value / goal - 1) < 0.2
  const many = countText(costs.manyServicesRate.value)
  const few = countText(costs.fewServicesRate.value)
  return [
    `${follows(isNear(eventsPerSecond, MISSION.eventsPerSecond))}  100,000 events/s of about 1 KB: ${countText(eventsPerSecond)} events/s of ${countText(eventBytes)} B`,
    `${follows(isNear(perDay, MISSION.bytesPerDay))}  10 TB a day: ${countText(perDay / 1e12)} TB a day (100,000 events/s of 1,000 B are 8.64)`,
    `${follows(peak === MISSION.peak)}  spikes of 10 times the mean: ${countText(peak)} times for ${countText(demand.peakMinutes)} min`,
    `${follows(daysHot === MISSION.daysHot)}  30 days hot: ${daysHot}`,
    `${follows(daysCold === MISSION.daysCold)}  1 year cold: ${daysCold === 0 ? 'no archive' : `${daysCold} days`}`,
    `measured  ${countText(MISSION.services)} services: one machine takes ${many}/s of them, ${few}/s of 200 in as long a run; nothing here grows with their number`,
  ]
}
