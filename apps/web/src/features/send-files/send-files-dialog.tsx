'use client'

import { CircleAlert, CircleCheck, FileText } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { TEST_IDS } from '../../test-ids.ts'
import { Button } from '../../ui/button.tsx'
import { bytesText } from '../../ui/bytes-text.ts'
import { DialogBox } from '../../ui/dialog-box.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { LogText } from '../search/log-list/log-text.tsx'
import type { SendingState } from './send-files.ts'
import type { Sent } from './sent-range.ts'
import type { Sending } from './use-sending.ts'

const SHOWN_FILES = 8

/** Asks under which service to send the files, shows how it goes, and at the end the way to the logs. */
export default function SendFilesDialog(props: {
  sending: Sending
  onStart(files: readonly File[], service: string): void
  onStop(): void
  onClose(): void
  onShow(sent: Sent): void
}) {
  const { sending } = props
  const busy = sending.step === 'sending' || sending.step === 'storing'
  return (
    <DialogBox
      title={sending.files.length === 1 ? 'Send this file' : `Send ${sending.files.length} files`}
      open
      testId={TEST_IDS.sendFiles}
      className="top-[12vh] flex max-h-[76vh] w-[30rem] flex-col gap-4"
      onClose={() => !busy && props.onClose()}
    >
      <FileList files={sending.files} />
      <Step {...props} />
    </DialogBox>
  )
}

function Step({ sending, onStart, onStop, onClose, onShow }: Parameters<typeof SendFilesDialog>[0]) {
  switch (sending.step) {
    case 'chosen':
      return <Start onStart={(service) => onStart(sending.files, service)} onClose={onClose} />
    case 'sending':
    case 'storing':
      return (
        <>
          <Progress state={sending.state} storing={sending.step === 'storing'} />
          <Footer>
            <Button onClick={onStop}>Stop</Button>
          </Footer>
        </>
      )
    case 'done': {
      const { state, sent } = sending
      return (
        <>
          <Outcome state={state} />
          <Footer>
            <Button onClick={onClose}>Close</Button>
            {sent !== undefined && (
              <Button look="strong" autoFocus onClick={() => onShow(sent)}>
                Show these logs
              </Button>
            )}
          </Footer>
        </>
      )
    }
    case 'failed':
      return (
        <>
          <p role="alert" className="flex gap-2 text-error">
            <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
            {sending.reason} {(sending.state?.accepted ?? 0).toLocaleString('en')} lines were sent before;
            sending the files again stores these twice.
          </p>
          <Footer>
            <Button onClick={onClose}>Close</Button>
          </Footer>
        </>
      )
  }
}

function FileList({ files }: { files: readonly File[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {files.slice(0, SHOWN_FILES).map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and the list does not change
        <li key={index} className="flex items-center gap-2">
          <FileText size={14} aria-hidden className="shrink-0 text-dim" />
          <span className="min-w-0 flex-1 truncate font-mono text-xs">
            <LogText text={file.name} />
          </span>
          <span className="text-xs text-dim tabular-nums">{bytesText(file.size)}</span>
        </li>
      ))}
      {files.length > SHOWN_FILES && (
        <li className="text-xs text-dim">and {files.length - SHOWN_FILES} more</li>
      )}
    </ul>
  )
}

function Start({ onStart, onClose }: { onStart(service: string): void; onClose(): void }) {
  const [service, setService] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onStart(service.trim())
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <label className="flex flex-col gap-1">
        <span className="font-semibold">Service</span>
        <input
          value={service}
          onChange={(event) => setService(event.target.value)}
          maxLength={200}
          placeholder="as the lines say"
          // biome-ignore lint/a11y/noAutofocus: it is what the dialog was opened for
          autoFocus
          spellCheck={false}
          className="h-8 rounded-md border border-line-strong bg-sunken px-2.5"
        />
        <span className="text-xs text-dim">
          For lines that name none. Leave it empty if you are not sure.
        </span>
      </label>
      <Footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="strong">
          Send
        </Button>
      </Footer>
    </form>
  )
}

function Progress({ state, storing }: { state: SendingState | undefined; storing: boolean }) {
  const share = state === undefined || state.totalBytes === 0 ? 0 : state.readBytes / state.totalBytes
  const percent = Math.min(100, Math.floor(share * 100))
  return (
    <div role="status" className="flex flex-col gap-1.5">
      <ProgressBar label="Sent" share={share} />
      <p className="text-dim tabular-nums">
        {storing
          ? 'Making them searchable…'
          : `${(state?.accepted ?? 0).toLocaleString('en')} lines sent, ${percent} %`}
      </p>
      {state?.waiting !== undefined && <p className="text-warn">{state.waiting} Trying again.</p>}
    </div>
  )
}

function Outcome({ state }: { state: SendingState }) {
  const { accepted, rejected, problems } = state
  return (
    <div role="status" className="flex flex-col gap-2">
      {accepted > 0 && (
        <p className="flex gap-2">
          <CircleCheck size={16} aria-hidden className="mt-0.5 shrink-0 text-accent" />
          {accepted.toLocaleString('en')} {accepted === 1 ? 'line was' : 'lines were'} sent and can be found.
        </p>
      )}
      {(rejected > 0 || problems.length > 0 || accepted === 0) && (
        <p className="flex gap-2 text-warn">
          <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          {accepted === 0 && rejected === 0 && problems.length === 0
            ? 'There was nothing in it.'
            : rejected > 0
              ? `${rejected.toLocaleString('en')} could not be taken.`
              : 'Not everything could be read.'}
        </p>
      )}
      {problems.length > 0 && (
        <ul className="flex flex-col gap-0.5 text-xs text-dim">
          {problems.map(({ file, reason }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows
            <li key={index} className="break-words">
              <span className="font-mono">{file}</span> {reason}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Footer({ children }: { children: ReactNode }) {
  return <div className="flex justify-end gap-2">{children}</div>
}
