/** Why a command fails: text for the person who ran it, without stack. Ends the command with exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
