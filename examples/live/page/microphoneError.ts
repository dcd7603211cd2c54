const sentences = {
  refused: 'This page may not use the microphone. Allow it beside the address of the page, and try again.',
  missing: 'There is no microphone. Connect one, and try again.',
  busy: 'The microphone cannot be read: another program may be using it.',
  insecure: 'A page has no microphone unless its address begins with https:// or is this computer.',
  gone: 'The microphone was disconnected, or its permission was taken back.',
  failed: 'The microphone cannot be read.',
} as const;

type Reason = keyof typeof sentences;

const reasonByName: Readonly<Record<string, Reason>> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'missing',
  NotReadableError: 'busy',
  // Where there is no `navigator.mediaDevices`.
  TypeError: 'insecure',
};

/** A failure of the microphone, in words for the person. */
export class MicrophoneError extends Error {
  override readonly name = 'MicrophoneError';

  constructor(reason: Reason, options?: ErrorOptions) {
    super(sentences[reason], options);
  }

  /** The failure for an error of the browser. */
  static from(cause: unknown): MicrophoneError {
    const name = cause instanceof Error ? cause.name : '';
    return new MicrophoneError(reasonByName[name] ?? 'failed', { cause });
  }
}
