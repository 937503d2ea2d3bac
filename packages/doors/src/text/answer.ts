/** Text comes in through the same `POST /ingest` as JSON and is answered the same way. */
export { type IngestAnswer, ingestAnswer } from '../json/answer.ts'
