import { accessLog } from './access-log.ts'
import { apacheError } from './apache-error.ts'
import { bluegene } from './bluegene.ts'
import { celery } from './celery.ts'
import { compose } from './compose.ts'
import { cri } from './cri.ts'
import { dotnetConsole } from './dotnet-console.ts'
import { elasticsearch } from './elasticsearch.ts'
import { envoy } from './envoy.ts'
import { epoch } from './epoch.ts'
import { gin } from './gin.ts'
import { goLog } from './go-log.ts'
import { gunicorn } from './gunicorn.ts'
import { haproxy } from './haproxy.ts'
import { hdfs } from './hdfs.ts'
import { hpc } from './hpc.ts'
import { javaUtilLogging } from './java-util-logging.ts'
import { kafka } from './kafka.ts'
import { klog } from './klog.ts'
import { kubectlPrefix } from './kubectl-prefix.ts'
import { kubernetesEvents } from './kubernetes-events.ts'
import type { LineFormat, LineStart } from './line.ts'
import { log4j } from './log4j.ts'
import { logback } from './logback.ts'
import { logcat } from './logcat.ts'
import { loguru } from './loguru.ts'
import { macosLog } from './macos-log.ts'
import { mongodb } from './mongodb.ts'
import { monolog } from './monolog.ts'
import { mysqlError } from './mysql-error.ts'
import { mysqlSlow } from './mysql-slow.ts'
import { nginxError } from './nginx-error.ts'
import { nlog } from './nlog.ts'
import { openstack } from './openstack.ts'
import { php } from './php.ts'
import { postgresql } from './postgresql.ts'
import { pythonBasic } from './python-basic.ts'
import { pythonLogging } from './python-logging.ts'
import { rails } from './rails.ts'
import { redis } from './redis.ts'
import { rubyLogger } from './ruby-logger.ts'
import { serilog } from './serilog.ts'
import { spark } from './spark.ts'
import { springBoot } from './spring-boot.ts'
import { syslog3164 } from './syslog-3164.ts'
import { syslog5424 } from './syslog-5424.ts'
import { syslogIso } from './syslog-iso.ts'
import { timeAndLevel } from './time-and-level.ts'
import { tomcat } from './tomcat.ts'
import { uvicorn } from './uvicorn.ts'
import { wildfly } from './wildfly.ts'
import { windowsCbs } from './windows-cbs.ts'
import { zapConsole } from './zap-console.ts'
import { zookeeper } from './zookeeper.ts'

/**
 * The ways a line of text may begin. Where a line could be of two of them, the first is meant: so those that are surest of
 * themselves stand before those that take what is left (a time and a level, a word and a colon).
 */
export const LINE_FORMATS: readonly LineFormat[] = [
  cri,
  compose,
  kubectlPrefix,
  syslog5424,
  springBoot,
  wildfly,
  logback,
  log4j,
  zookeeper,
  pythonLogging,
  loguru,
  nlog,
  zapConsole,
  serilog,
  openstack,
  windowsCbs,
  postgresql,
  mysqlError,
  mongodb,
  macosLog,
  nginxError,
  apacheError,
  kafka,
  elasticsearch,
  gunicorn,
  celery,
  php,
  monolog,
  envoy,
  tomcat,
  javaUtilLogging,
  syslog3164,
  spark,
  hdfs,
  logcat,
  klog,
  rubyLogger,
  rails,
  dotnetConsole,
  pythonBasic,
  uvicorn,
  accessLog,
  haproxy,
  gin,
  redis,
  hpc,
  bluegene,
  mysqlSlow,
  kubernetesEvents,
  timeAndLevel,
  syslogIso,
  goLog,
  epoch,
]

const BY_START = new Map<LineStart, LineFormat[]>()
for (const format of LINE_FORMATS)
  for (const start of format.starts) BY_START.set(start, [...(BY_START.get(start) ?? []), format])

const NONE: readonly LineFormat[] = []

/** The formats that a line which begins so may have. */
export function formatsOf(start: LineStart): readonly LineFormat[] {
  return BY_START.get(start) ?? NONE
}
