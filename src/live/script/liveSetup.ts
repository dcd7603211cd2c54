/** The first message of a client, in the form of the wire: it sets the session up. @public */
export interface LiveSetup {
  /** The full name of the model, such as `models/gemini-live-2.5-flash-preview`. */
  readonly model?: string | undefined;
  /** The options of the answers. */
  readonly generationConfig?:
    | (Readonly<Record<string, unknown>> & {
        /** `['TEXT']` or `['AUDIO']`. @defaultValue `['AUDIO']` */
        readonly responseModalities?: readonly string[] | undefined;
      })
    | undefined;
  /** The system instruction, as a content. */
  readonly systemInstruction?: unknown;
  /** The tools. */
  readonly tools?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Present if the client asks for handles; with the handle of a session that continues. */
  readonly sessionResumption?:
    (Readonly<Record<string, unknown>> & { readonly handle?: string | undefined }) | undefined;
  /** Present if the client asks for transcripts of its own speech. */
  readonly inputAudioTranscription?: object | undefined;
  /** Present if the client asks for transcripts of the model's speech. */
  readonly outputAudioTranscription?: object | undefined;
  /** The activity detection. */
  readonly realtimeInputConfig?: Readonly<Record<string, unknown>> | undefined;
}

/** Whether a session answers with speech, as it does unless the setup asks for text. */
export function isSpoken({ generationConfig }: LiveSetup): boolean {
  const modalities = generationConfig?.responseModalities ?? [];
  return !modalities.some((modality) => modality.toUpperCase() === 'TEXT');
}
