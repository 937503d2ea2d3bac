import { DuckDBInstance } from '@duckdb/node-api'
import { segmentPath } from '../../packages/log-store/src/segments/append/segment-file.ts'
import { localFiles } from '../../packages/log-store/src/segments/files/durable-files.ts'
import { listGenerations, loadNewest } from '../../packages/log-store/src/segments/manifest/manifest-file.ts'
import { ShardReader } from '../../packages/log-store/src/segments/manifest/shard-reader.ts'

/**
 * How often each serial is in the live Parquet files, read by plain DuckDB without the product's reader:
 * what anyone's own tools would see.
 */
export async function countInFiles(storeDir: string): Promise<Map<number, number>> {
  const generations = await listGenerations(localFiles, storeDir)
  const loaded = await loadNewest(localFiles, storeDir, generations, new ShardReader(localFiles, storeDir))
  if (loaded === undefined) return new Map()
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const found = new Map<number, number>()
  for (const file of loaded.state.segments.keys()) {
    const result = await connection.runAndReadAll(
      `SELECT regexp_extract(message, '^serial (\\d+) of a run$', 1)::INTEGER AS serial, count(*)::INTEGER AS times
       FROM read_parquet($file) WHERE message LIKE 'serial % of a run' GROUP BY 1`,
      { file: segmentPath(storeDir, file) },
    )
    for (const [serial, times] of result.getRows()) {
      if (typeof serial === 'number' && typeof times === 'number')
        found.set(serial, (found.get(serial) ?? 0) + times)
    }
  }
  connection.closeSync()
  instance.closeSync()
  return found
}
