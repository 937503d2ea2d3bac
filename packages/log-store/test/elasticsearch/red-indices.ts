/** Indices whose shards are nowhere. */
export interface RedIndices extends AsyncDisposable {
  /** Lets their shards be found again, with all that was in them. */
  mend(): Promise<void>
}

const INITIAL_RECOVERIES = 'cluster.routing.allocation.node_initial_primaries_recoveries'

/**
 * Makes all indices of a pattern red: opened again on a node that may recover no primary shard, none of theirs is anywhere.
 * (A filter of nodes does not do: Elasticsearch puts a primary on the node that has its data, whatever the filter says.)
 * It is a setting of the whole cluster, hence for a server of one's own.
 */
export async function reddenIndices(address: string, pattern: string): Promise<RedIndices> {
  // By their names, since a pattern finds no closed index.
  const found = await asked(`${address}/${pattern}/_settings?filter_path=*.settings.index.uuid`, 'GET')
  const indices = Object.keys(found).join(',')
  if (indices === '') throw new Error(`there are no indices ${pattern}`)
  const recoveries = (count: number | null) =>
    asked(`${address}/_cluster/settings`, 'PUT', { persistent: { [INITIAL_RECOVERIES]: count } })
  const red: RedIndices = {
    async mend() {
      await recoveries(null)
    },
    [Symbol.asyncDispose]: () => red.mend(),
  }
  await using undo = new AsyncDisposableStack()
  undo.use(red)
  await recoveries(0)
  for (const action of ['_close', '_open'])
    await asked(`${address}/${indices}/${action}?wait_for_active_shards=0`, 'POST')
  const health = await asked(`${address}/_cluster/health/${indices}`, 'GET')
  if (health.active_shards !== 0 || health.initializing_shards !== 0)
    throw new Error(`the indices are not red: ${JSON.stringify(health)}`)
  undo.move()
  return red
}

async function asked(url: string, method: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 500)}`)
  return Object(JSON.parse(text))
}
