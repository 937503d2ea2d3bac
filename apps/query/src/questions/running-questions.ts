/** How many questions are being answered. */
export class RunningQuestions {
  #count = 0

  get count(): number {
    return this.#count
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#count++
    try {
      return await work()
    } finally {
      this.#count--
    }
  }
}
