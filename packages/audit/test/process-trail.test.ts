import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSettings, type Settings } from '@heartwood/settings'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configurationEvents, configurationOf } from '../src/configuration.ts'
import { outboxFolder, processTrail, secretsOf, tokenFingerprint } from '../src/index.ts'
import { type Log, logsInOutbox, temporaryFolder } from './trail-places.ts'

function settingsOf(env: Readonly<Record<string, string>>): Settings {
  const result = readSettings(env)
  if (!result.ok) throw new Error(result.errors.join('\n'))
  return result.settings
}

async function oneRun(dataDir: string, env: Readonly<Record<string, string>>, end: 'stop' | 'kill') {
  const trail = await processTrail({
    app: 'query',
    instance: undefined,
    settings: settingsOf(env),
    dataDir,
    saysConfiguration: true,
  })
  if (end === 'stop') await trail.stopped('SIGTERM')
  await trail.close()
}

const actions = (logs: readonly Log[]) => logs.map((log) => log['event.action'])

describe('the trail of a process', () => {
  test('says that it starts, what is in force, and that it stops', async () => {
    await using folder = await temporaryFolder()
    await oneRun(folder.path, {}, 'stop')
    const logs = await logsInOutbox(outboxFolder(folder.path, 'query'))
    expect(actions(logs)).toEqual(['start', 'configuration', 'stop'])
    expect(logs[0]).toMatchObject({ level: 'info', 'heartwood.previous_end': 'none' })
    expect(logs[1]).toMatchObject({ 'heartwood.settings.HEARTWOOD_RETENTION_DAYS': '30' })
    expect(logs[2]).toMatchObject({ 'heartwood.reason': 'SIGTERM' })
  })

  test('says with the next start that it was killed', async () => {
    await using folder = await temporaryFolder()
    await oneRun(folder.path, {}, 'kill')
    await oneRun(folder.path, {}, 'stop')
    await oneRun(folder.path, {}, 'stop')
    const starts = (await logsInOutbox(outboxFolder(folder.path, 'query'))).filter(
      (log) => log['event.action'] === 'start',
    )
    expect(starts.map((log) => log['heartwood.previous_end'])).toEqual(['none', 'killed', 'stopped'])
    expect(starts.map(({ level }) => level)).toEqual(['info', 'warn', 'info'])
  })

  test('says which settings changed between two starts, of secrets only that they did', async () => {
    await using folder = await temporaryFolder()
    const token = 'a'.repeat(40)
    await oneRun(folder.path, { HEARTWOOD_RETENTION_DAYS: '30', KAFKA_PASSWORD: 'first-password' }, 'stop')
    await oneRun(folder.path, { HEARTWOOD_RETENTION_DAYS: '30', KAFKA_PASSWORD: 'first-password' }, 'stop')
    await oneRun(
      folder.path,
      {
        HEARTWOOD_RETENTION_DAYS: '7',
        KAFKA_PASSWORD: 'second-password',
        HEARTWOOD_ACCESS_TOKEN: token,
      },
      'stop',
    )
    const logs = await logsInOutbox(outboxFolder(folder.path, 'query'))
    const changes = logs.filter((log) => log['event.action'] === 'configuration-change')
    expect(changes).toHaveLength(1)
    expect(changes[0]).toMatchObject({
      message:
        'settings changed since the last start: HEARTWOOD_ACCESS_TOKEN, HEARTWOOD_RETENTION_DAYS, KAFKA_PASSWORD',
      'heartwood.settings.HEARTWOOD_RETENTION_DAYS': '7',
      'heartwood.settings_before.HEARTWOOD_RETENTION_DAYS': '30',
      'heartwood.settings_before.HEARTWOOD_ACCESS_TOKEN': 'not set',
      'heartwood.settings.HEARTWOOD_ACCESS_TOKEN': `fingerprint ${tokenFingerprint(token)}`,
    })
    const text = JSON.stringify(logs)
    for (const secret of [token, 'first-password', 'second-password']) expect(text).not.toContain(secret)
  })

  test('names a short password by what nobody can find by trying: the key stays beside the outbox', () => {
    const settings = settingsOf({ KAFKA_PASSWORD: 'pw' })
    const [one, other] = ['key-1', 'key-2'].map((key) => configurationOf(settings, key).KAFKA_PASSWORD)
    expect(one).toMatch(/^fingerprint [0-9a-f]{12}$/)
    expect(one).not.toBe(other)
  })

  test('no secret setting stands in what is said of the configuration, whatever it is', async () => {
    const secret = fc.string({ minLength: 32, maxLength: 60 }).filter((text) => text.trim() === text)
    await fc.assert(
      fc.property(secret, secret, secret, (token, password, key) => {
        const settings = settingsOf({
          HEARTWOOD_ACCESS_TOKEN: token,
          HEARTWOOD_INTERNAL_TOKEN: password,
          ELASTICSEARCH_API_KEY: key,
          DATABASE_URL: `postgresql://user:${encodeURIComponent(password)}@db.example.com/heartwood`,
        })
        const now = configurationOf(settings, 'key')
        const said = JSON.stringify(configurationEvents(now, {}))
        for (const one of [token, password, key, encodeURIComponent(password)])
          expect(said).not.toContain(JSON.stringify(one).slice(1, -1))
        expect(secretsOf(settings)).toEqual(expect.arrayContaining([token, password, key]))
      }),
    )
  })

  test('a folder where nothing can be written keeps no process from starting', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'a-file')
    await writeFile(file, '')
    const said: (string | undefined)[] = []
    const trail = await processTrail({
      app: 'query',
      instance: undefined,
      settings: settingsOf({}),
      dataDir: file,
      saysConfiguration: true,
      onObstacle: (reason) => said.push(reason),
    })
    await trail.close()
    expect(trail.stats().lost).toBeGreaterThan(0)
    expect(said[0]).toMatch(/outbox/)
  })
})
