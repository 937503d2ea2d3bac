/** More would wait for each other at the one committer, and each has memory of its own. */
const MOST = 4

/**
 * How many threads index.
 * @param wanted the setting; by default as many as there are cores, at most four
 */
export function threadCount(wanted: number | undefined, cores: number, partitions: number): number {
  return Math.max(1, Math.min(wanted ?? Math.min(cores, MOST), partitions))
}
