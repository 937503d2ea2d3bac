import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { clusterApps } from '../../deploy/apps.ts'
import { dockerfile, execForm } from '../../deploy/dockerfile.ts'

const ROOT = join(import.meta.dirname, '../../..')
const instructions = dockerfile(readFileSync(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8'))
const all = (stage: string, name: string) =>
  instructions.filter((one) => one.stage === stage && one.name === name).map(({ text }) => text)
const only = (stage: string, name: string) => {
  const [text, ...more] = all(stage, name)
  if (text === undefined || more.length > 0) throw new Error(`not one ${name} in ${stage}`)
  return text
}

describe('the image', () => {
  test('has the Node that everything else runs on', () => {
    const { devDependencies } = z
      .object({ devDependencies: z.object({ node: z.string() }) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
    expect(only('', 'ARG')).toBe(`NODE_IMAGE=node:${devDependencies.node}-bookworm-slim`)
  })

  test('is made of the built sources alone, and of nothing that was needed to build them', () => {
    expect(instructions.filter(({ name }) => name === 'FROM')).toHaveLength(2)
    expect(all('heartwood', 'COPY')).toEqual(['--from=build /opt/heartwood /opt/heartwood'])
    expect(all('build', 'RUN').at(-1)).toBe('node deploy/docker/production-only.mjs')
  })

  test('runs as a user that owns nothing but the data folder', () => {
    expect(only('heartwood', 'USER')).toBe('10001:10001')
    expect(only('heartwood', 'VOLUME')).toBe('/var/lib/heartwood')
    expect(only('heartwood', 'ENV')).toContain('HEARTWOOD_DATA_DIR=/var/lib/heartwood')
    // Neither downloaded nor copied with other rights after that.
    expect(instructions.at(-1)?.name).toBe('CMD')
  })

  test('starts, and is asked for its health, with files that are there', () => {
    const [node, script] = execForm(only('heartwood', 'ENTRYPOINT'))
    const [, health = ''] = execForm(only('heartwood', 'HEALTHCHECK').replace(/^.* CMD /, ''))
    expect(node).toBe('node')
    expect([script, health].map((path) => existsSync(join(ROOT, path ?? '')))).toEqual([true, true])
  })

  test('says the ports that people and senders come to', () => {
    const apps = clusterApps()
    expect(only('heartwood', 'EXPOSE')).toBe(`${apps.get('web')} ${apps.get('ingest')}`)
  })

  test('is given only what exists, and no secret', () => {
    const ignore = readFileSync(join(ROOT, 'deploy/docker/Dockerfile.dockerignore'), 'utf8').split('\n')
    const given = ignore
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1).replace(/\/\*.*$/, ''))
    expect(given.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
    expect(ignore.filter((line) => line !== '' && !line.startsWith('#'))[0]).toBe('**')
    expect(given.some((path) => 'deploy/secrets'.startsWith(path))).toBe(false)
  })
})
