/** The rules file a new data folder gets. */
export const EXAMPLE_RULES = `# Alert rules. The file is read again whenever it changes; a mistake keeps the rules that were read before.
#
# Receivers are webhooks: an HTTP POST of JSON {subject, text, link, ...}, repeated until the answer is 2xx.
# The receiver "log" is always there: one line in the alerter's own log.
#
# receivers:
#   ops:
#     webhook: https://example.com/hook
#     headers: { Authorization: Bearer secret }

rules:
  - id: many-errors
    name: Many errors
    severity: critical            # info, warning or critical
    kind: threshold               # fires while the window holds more events than more_than
    query: level>=error
    more_than: 1000
    window: 5m
    # every: 30s                  # how often it is evaluated
    # for: 2m                     # fires only after being over the threshold for this long
    # repeat: 4h                  # tells again while it keeps firing
    # cooldown: 10m               # stays silent for this long after it was over
    # group_by: service           # counts each service by itself
    # notify: [log, ops]

  - id: database-timeout
    name: Database timeout
    severity: warning
    kind: match                   # fires when the window holds any such event
    query: '"database connection timeout"'
    window: 1m
`
