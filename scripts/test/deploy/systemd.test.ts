import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clusterApps } from '../../deploy/apps.ts'

const FOLDER = join(import.meta.dirname, '../../../deploy/systemd')
const unit = (name: string) => readFileSync(join(FOLDER, name), 'utf8')
const services = readdirSync(FOLDER).filter((name) => name.endsWith('.service'))

test('units run as a user of their own, on the Node of the project, and may write only where they keep what they have', () => {
  expect(services.sort()).toEqual(['heartwood.service', 'heartwood@.service'])
  for (const name of services) {
    expect(unit(name)).toMatch(/^User=heartwood$/m)
    expect(unit(name)).toMatch(
      /^ExecStart=\/opt\/heartwood\/node_modules\/node\/bin\/node apps\/heartwood\/src\/main\.ts /m,
    )
    expect(unit(name)).toMatch(/^ProtectSystem=strict$/m)
    const [, state] = /^StateDirectory=(.*)$/m.exec(unit(name)) ?? []
    expect(unit(name)).toContain(`HEARTWOOD_DATA_DIR=/var/lib/${state}`)
  }
})

test('the template names each app of a cluster, and holds no secret in an environment', () => {
  const template = unit('heartwood@.service')
  for (const app of clusterApps().keys()) expect(template).toContain(`heartwood@${app}`)
  for (const [, name, secret] of template.matchAll(/^LoadCredential=(\w+):(\S+)$/gm)) {
    expect(secret).toBe(`/etc/heartwood/secrets/${name}`)
    expect(template).toMatch(new RegExp(`^Environment=\\w+_FILE=%d/${name}$`, 'm'))
  }
})

test('a stop is waited for longer than the apps may take', () => {
  expect(unit('heartwood@.service')).toMatch(/^TimeoutStopSec=15$/m)
  expect(unit('heartwood.service')).toMatch(/^TimeoutStopSec=120$/m)
})
