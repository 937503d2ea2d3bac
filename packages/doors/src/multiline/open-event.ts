/** Lines and UTF-16 units (of single bytes) that one event holds at most; what continues it further begins another. */
export const MAX_EVENT_LINES = 1_000
export const MAX_EVENT_BYTES = 256 * 1024

/** What kind of trace an event is in the middle of. */
type Trace =
  | 'none'
  /** An exception and its frames: Java, Node, .NET, Ruby, PHP. */
  | 'stack'
  /** Behind `Traceback (most recent call last):`, until the exception. */
  | 'python_frames'
  /** Behind the exception; another traceback may follow. */
  | 'python_exception'
  | 'go'
  | 'mysql_slow'

/** What begins a line of its own: a time, a priority, a bracket, a level. */
const HEADED =
  /^(?:[\d[<{"]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) |[IWEF]\d{4} |[DIWEFA], \[|[VDIWEF]\/|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL)\b|(?:trce|dbug|info|warn|fail|crit): )/
/** An indented line that is one of its own all the same. */
const INDENTED_HEAD =
  /^[ \t]+(?:\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d|\[\d|<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d)/
/** Levels at which nothing fails, so that an exception on the next line is somebody else's. */
const CALM =
  /(?:^|[\s[|"(</=:])(?:TRACE|DEBUG|INFO|NOTICE|VERBOSE|trace|debug|info|notice|INF|DBG)(?=[\s\]|:)>,"]|$)/
const FAILING = /exception|error|traceback|panic|throw|fatal|fail|caused by|trace/i

const FRAME =
  /^\s+(?:at |File "|from \S+:\d+:in |\.{3} \d+ (?:more|common frames)|--- End of |---> |\/\S+\.go:\d+)/
const EXCEPTION =
  /^(?:Exception in thread "[^"]{1,200}" |Unhandled exception\. |Uncaught )?(?:[A-Za-z_$][\w$]*[.:]{1,2}){0,12}(?:[A-Z][\w$]*)?(?:Exception|Error|Throwable|Fault|Panic)(?::| \[|\(|\s*$)/
/** What ends a program is printed by itself, whatever was logged before. */
const LAST_WORDS = /^(?:Exception in thread "|Unhandled exception\. |Uncaught |panic: |fatal error: )/
const PYTHON_HEAD = 'Traceback (most recent call last):'
const PYTHON_CHAIN =
  /^(?:During handling of the above exception, another exception occurred:|The above exception was the direct cause of the following exception:)/
const PYTHON_EXCEPTION = /^[A-Za-z_][\w.]{0,200}(?::|$)/
const STACK_PART =
  /^(?:Caused by: |Suppressed: |Stack trace:|--- End of |#\d{1,4} |\[stacktrace\]|Next \S+: | {2}thrown in )/
const CLOSING = /^[)\]}]+[;,]?\s*$/
const GO_HEAD = /^(?:panic: |fatal error: |runtime: |goroutine \d+ \[)/
const GO_PART =
  /^(?:goroutine \d+ \[|panic: |created by |exit status \d|\[signal |[\w./*()\-$\u0080-\u00ff{}]{1,300}\([^()]*(?:\([^()]*\)[^()]*)*\)\s*$)/
const RUBY_FRAME = /^\S{1,300}\.(?:rb|erb|rake|ru):\d{1,7}:in /
const SOURCE_LINE = /^(?:file:\/\/|node:|\/|[A-Z]:\\)\S{0,300}:\d{1,7}\s*$/
const MYSQL_HEAD = /^# (?:Time|User@Host): /
const JAVA_UTIL_LOGGING = /^[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M \S{1,300} \S{1,200}\s*$/
const JAVA_LEVEL = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /

/**
 * An event whose lines are coming in, and which lines belong to it: indented ones, and the parts of stack traces that are not. A line
 * that begins as lines of logs do begins another. Only the lines given decide, so the same lines always make the same events.
 */
export class OpenEvent {
  readonly #first: string
  /** Undefined until somebody asks: most events are of one line, and nobody does. */
  #fails: boolean | undefined
  #trace: Trace
  #afterIndented = false
  #lines = 1
  #bytes: number
  #mysqlUser: boolean

  /** @param first the first line; its first 512 bytes are enough. `bytes`: how many it has */
  constructor(first: string, bytes: number) {
    this.#first = first
    this.#bytes = bytes
    this.#trace = traceOf(first)
    this.#mysqlUser = first.startsWith('# User@Host')
  }

  get #isHeaded(): boolean {
    return HEADED.test(this.#first)
  }

  get #isCalm(): boolean {
    return CALM.test(this.#first.slice(0, 200))
  }

  get #tellsOfFailure(): boolean {
    this.#fails ??= this.#trace !== 'none' || FAILING.test(this.#first)
    return this.#fails
  }

  /** How many lines it has. */
  get lines(): number {
    return this.#lines
  }

  /** Whether the next line belongs to it; then it is taken in. */
  take(line: string, bytes: number): boolean {
    if (this.#lines >= MAX_EVENT_LINES || this.#bytes + bytes > MAX_EVENT_BYTES) return false
    if (!this.#belongs(line)) return false
    this.#lines++
    this.#bytes += bytes
    this.#afterIndented = isIndented(line)
    return true
  }

  /** Takes in the rest of a line that was cut, whatever it is. */
  takePart(bytes: number): boolean {
    if (this.#lines >= MAX_EVENT_LINES || this.#bytes + bytes > MAX_EVENT_BYTES) return false
    this.#lines++
    this.#bytes += bytes
    return true
  }

  #belongs(line: string): boolean {
    if (this.#trace === 'mysql_slow') return this.#isOfSlowQuery(line)
    if (isIndented(line)) return this.#takesIndented(line)
    if (this.#lines === 1 && JAVA_LEVEL.test(line) && JAVA_UTIL_LOGGING.test(this.#first)) return true
    if (line.startsWith(PYTHON_HEAD))
      return this.#beginsTrace('python_frames', this.#trace === 'python_exception')
    switch (this.#trace) {
      case 'python_frames':
        if (this.#afterIndented && !HEADED_TIME.test(line) && PYTHON_EXCEPTION.test(line)) {
          this.#trace = 'python_exception'
          return true
        }
        break
      case 'python_exception':
        if (PYTHON_CHAIN.test(line)) return true
        break
      case 'go':
        if (GO_PART.test(line)) return true
        break
      case 'stack':
        if (STACK_PART.test(line) || RUBY_FRAME.test(line)) return true
        break
      case 'none':
    }
    if (this.#afterIndented && CLOSING.test(line)) return true
    if (this.#trace !== 'none' || LAST_WORDS.test(line)) return false
    if (GO_HEAD.test(line)) return this.#beginsTrace('go', false)
    if (STACK_PART.test(line) && this.#tellsOfFailure && !line.startsWith('#'))
      return this.#beginsTrace('stack', true)
    if (EXCEPTION.test(line))
      return this.#beginsTrace('stack', this.#afterIndented && SOURCE_LINE.test(this.#first))
    return RUBY_FRAME.test(line) && this.#beginsTrace('stack', false)
  }

  /** A trace at the left margin belongs to the line before it where that is a line of a log that may tell of a failure. */
  #beginsTrace(trace: Trace, surely: boolean): boolean {
    if (!surely && (!this.#isHeaded || this.#isCalm || this.#trace !== 'none')) return false
    this.#trace = trace
    this.#fails = true
    return true
  }

  #takesIndented(line: string): boolean {
    if (INDENTED_HEAD.test(line)) return false
    const isFrame = FRAME.test(line)
    // A frame without an exception before it is somebody else's, between whose lines this event came.
    if (isFrame && !this.#tellsOfFailure && (this.#isCalm || !this.#isHeaded)) return false
    if (isIndented(this.#first) && !isFrame) return false
    if (isFrame && this.#trace === 'none') this.#trace = 'stack'
    return true
  }

  #isOfSlowQuery(line: string): boolean {
    if (line.startsWith('# Time: ')) return false
    if (line.startsWith('# User@Host: ')) {
      if (this.#mysqlUser) return false
      this.#mysqlUser = true
      return true
    }
    return line.startsWith('# ') || !HEADED.test(line)
  }
}

/** Digits of a time: no exception's name. */
const HEADED_TIME =
  /^(?:\d|[A-Z][a-z]{2} [ \d]\d |(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL)\b)/
function traceOf(first: string): Trace {
  if (MYSQL_HEAD.test(first)) return 'mysql_slow'
  if (first.includes(PYTHON_HEAD)) return 'python_frames'
  if (GO_HEAD.test(first)) return 'go'
  return EXCEPTION.test(first) || FRAME.test(first) || isPhpError(first) ? 'stack' : 'none'
}

function isPhpError(first: string): boolean {
  return first.includes('PHP Fatal error: ') || first.includes('PHP Parse error: ')
}

function isIndented(line: string): boolean {
  const first = line.charCodeAt(0)
  return first === 0x20 || first === 0x09
}

const SURE_BEGINNING = new Uint8Array(256)
for (const begin of '0123456789[<{"') SURE_BEGINNING[begin.charCodeAt(0)] = 1
const BRACKET = 0x5b
const LETTER_S = 0x73

/** Whether no line that begins with these two bytes goes on with another: only `[signal` and `[stacktrace]` do that in a bracket. */
export function beginsEvent(first: number, second: number): boolean {
  return SURE_BEGINNING[first] === 1 && !(first === BRACKET && second === LETTER_S)
}
