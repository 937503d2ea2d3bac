import { RE2JS, RE2JSException } from 're2js'

/** Steps of a compiled pattern; larger ones take too long for each text, or more memory than RE2 allows itself. */
const MAX_STEPS = 1000
/** Unicode classes weigh much more. */
const MAX_STEPS_WITH_CLASSES = 250

/** Classes that re2js has and the RE2 inside DuckDB does not: properties, and scripts of a younger Unicode. */
const YOUNG_CLASSES = new Set(
  (
    'Cn LC ASCII_Hex_Digit Alphabetic Dash Emoji Emoji_Component Emoji_Modifier Emoji_Modifier_Base Emoji_Presentation ' +
    'Extended_Pictographic Hex_Digit Lowercase Math Quotation_Mark Terminal_Punctuation Uppercase White_Space Beria_Erfe ' +
    'Garay Gurung_Khema Kirat_Rai Ol_Onal Sidetic Sunuwar Tai_Yo Todhri Tolong_Siki Tulu_Tigalari Unknown'
  ).split(' '),
)

/** Why a pattern is not RE2, or not one that all engines take. */
export function regexProblem(pattern: string): string | undefined {
  let steps: number
  try {
    steps = RE2JS.compile(pattern).programSize()
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return `Not a regular expression (RE2): ${error.message.replace(/^error parsing regexp: /, '')}`
  }
  for (const [found, name = ''] of pattern.matchAll(/\\[pP]\{\^?([^}]*)\}|\\[\s\S]|\(\?</g)) {
    // RE2 learned this spelling late; the one inside DuckDB knows only the other.
    if (found === '(?<') return 'Write a named group as `(?P<name>...)`'
    if (YOUNG_CLASSES.has(name)) return `Not every engine knows the class \`${found}\``
  }
  const limit = /\\[pP]/.test(pattern) ? MAX_STEPS_WITH_CLASSES : MAX_STEPS
  return steps > limit ? 'This regular expression is too large: repeat less' : undefined
}
