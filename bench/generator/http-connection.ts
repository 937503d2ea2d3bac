import { connect, type Socket } from 'node:net'
import { answerIn } from './http-answer.ts'

const ANSWER_MILLIS = 60_000

/**
 * One connection that posts bodies, one after the other, and opens again when it was closed. A client of its own, as
 * Node's costs several times the CPU, which on the machine under test is taken from what is measured.
 */
export class HttpConnection implements Disposable {
  readonly #host: string
  readonly #port: number
  #socket: Socket | undefined

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#host = hostname
    this.#port = Number(port)
  }

  /**
   * Resolves to the status as text, or to `none` where the connection broke, when nothing of the body is in use any more.
   * @param headers lines of the head that end with CR LF
   */
  post(path: string, headers: string, body: Buffer): Promise<string> {
    const head = `POST ${path} HTTP/1.1\r\nhost: ${this.#host}:${this.#port}\r\n${headers}content-length: ${body.length}\r\n\r\n`
    const socket = this.#open()
    return new Promise((resolve) => {
      let text = ''
      let status: string | undefined
      // A refusal may come before all of the body is written.
      let isWritten = false
      const done = (outcome: string) => {
        socket.off('data', onData).off('close', onClose)
        resolve(outcome)
      }
      const onClose = () => done(status ?? 'none')
      const onData = (bytes: Buffer) => {
        text += bytes.toString('latin1')
        const answer = answerIn(text)
        if (answer === undefined) return
        status = answer.status
        if (!answer.keepsAlive) socket.destroy()
        else if (isWritten) done(status)
      }
      socket.on('data', onData).on('close', onClose)
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body, () => {
        isWritten = true
        if (status !== undefined && !socket.destroyed) done(status)
      })
      socket.uncork()
    })
  }

  [Symbol.dispose](): void {
    this.#socket?.destroy()
  }

  #open(): Socket {
    if (this.#socket !== undefined && !this.#socket.destroyed) return this.#socket
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true })
    socket.setTimeout(ANSWER_MILLIS, () => socket.destroy())
    // What happened is told by `close`.
    socket.on('error', () => undefined)
    this.#socket = socket
    return socket
  }
}
