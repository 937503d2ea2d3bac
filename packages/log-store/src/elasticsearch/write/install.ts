import { statusOf } from '../connection.ts'
import { type IndexTemplateSettings, indexTemplate } from '../mapping.ts'
import type { IndexNames } from '../names.ts'
import { BATCHES_MAPPING, DEAD_LETTERS_MAPPING, DELETES_MAPPING } from '../side-mappings.ts'
import { askPatiently, type Patience } from './patient-asking.ts'

/**
 * Makes the store ready to be written to: the template that new indices with events are made from, and the indices beside
 * them. Several writers may do it at once. Indices that are there keep their shards; a newer mapping is added to them.
 */
export async function install(
  patience: Patience,
  names: IndexNames,
  settings: Omit<IndexTemplateSettings, 'prefix'>,
): Promise<void> {
  await askPatiently(patience, {
    method: 'PUT',
    path: `/_index_template/heartwood-${encodeURIComponent(names.prefix)}events`,
    body: indexTemplate({ prefix: names.prefix, ...settings }),
  })
  await installIndex(patience, names.batches, BATCHES_MAPPING, settings.replicas)
  await installIndex(patience, names.deadLetters, DEAD_LETTERS_MAPPING, settings.replicas)
  await installIndex(patience, names.deletes, DELETES_MAPPING, settings.replicas)
}

async function installIndex(
  patience: Patience,
  name: string,
  mappings: object,
  replicas: number,
): Promise<void> {
  const path = `/${encodeURIComponent(name)}`
  try {
    const settings = { number_of_shards: 1, number_of_replicas: replicas, refresh_interval: '1s' }
    await askPatiently(patience, { method: 'PUT', path, body: { settings, mappings } })
  } catch (error) {
    // 400: it is there.
    if (statusOf(error) !== 400) throw error
    await askPatiently(patience, { method: 'PUT', path: `${path}/_mapping`, body: mappings })
  }
}
