/** What a stack trace says of the error it is of. */
export interface StackError {
  /** The class, with its package where the language writes it. */
  readonly type: string
  readonly message: string
}

const CLASS = '(?:[A-Za-z_$][\\w$]*(?:\\.|::))*[A-Za-z_$][\\w$]*'
/** `java.lang.IllegalStateException: closed`, `TypeError: x is not a function`, `System.Exception: no`. */
const HEAD = new RegExp(
  `^(?:Exception in thread "[^"\\n]{0,200}" |Unhandled exception\\. |Uncaught )?(${CLASS})(?:: ?([^\\n]{0,4096}))?\\r?\\n`,
)
/** A frame of Java and JavaScript (`at x(y.java:1)`), of .NET (`at X.Y() in file:line 3`). */
const FRAME = /\n[ \t]+at [^\n]/
/** Python writes the frames first and the error in the last line. */
const PYTHON = /^(?:Traceback \(most recent call last\):|[ \t]+File "[^"\n]+", line \d+)/m
const TAIL = new RegExp(`(?:^|\\n)(${CLASS})(?:: ([^\\n]{0,4096}))?\\s*$`)

/**
 * The error of a stack trace of Java, JavaScript, .NET or Python; undefined where the text is no such trace for sure. Takes time in
 * proportion to the length of the text.
 */
export function errorOfStack(text: string): StackError | undefined {
  if (!text.includes('\n')) return undefined
  const match = FRAME.test(text) ? HEAD.exec(text) : PYTHON.test(text) ? TAIL.exec(text.slice(-8192)) : null
  return match === null ? undefined : { type: match[1] ?? '', message: (match[2] ?? '').trim() }
}
