import { ENVIRONMENT } from '../agents/shipment.ts'

/** The alert rules that are in force while the demo runs, as a rules file. */
export const DEMO_RULES = `# Written by the demo, and removed with it. Rules of your own belong into alerts.yaml.
rules:
  - id: demo-shoppers-see-errors
    name: 'Demo shop: shoppers see errors'
    description: One of the services behind the pages is the cause. Follow a trace to see which.
    severity: critical
    kind: threshold
    query: environment:${ENVIRONMENT} service:web level>=error
    more_than: 40
    window: 2m
    every: 5s
`
