import type { GeminiPart, ToolMedia } from '../chunk/response.js';
import type { InteractionFileType, InteractionInputFile } from './inputStep.js';
import type { InteractionContent } from './interactionStep.js';

/** An image, audio, a video or a document, in a content or in a delta. */
export interface InteractionMedia extends Pick<InteractionContent, 'data' | 'uri' | 'mime_type'> {
  readonly rate?: number | undefined;
  readonly sample_rate?: number | undefined;
  readonly channels?: number | undefined;
}

const mediaTypes: ReadonlySet<unknown> = new Set(['image', 'audio', 'video', 'document']);

/** Whether the type of a content, or of a delta, is that of a file. */
export function isMediaType(type: unknown): boolean {
  return mediaTypes.has(type);
}

/** Returns the part with the data or the URI of a file; undefined if there is neither. */
export function toMediaPart(media: InteractionMedia): GeminiPart | undefined {
  const mimeType = mimeTypeOf(media);
  const type = mimeType === undefined ? {} : { mimeType };
  if (media.data) return { inlineData: { ...type, data: media.data } };
  return media.uri ? { fileData: { ...type, fileUri: media.uri } } : undefined;
}

/** Raw audio, which nobody can play without its rate. */
const rawAudio = /^audio\/(?:l16|alaw|mulaw)$/i;

/** The MIME type; of raw audio with the parameters `rate` and `channels`, as in responses of `generateContent`. */
function mimeTypeOf({ mime_type, rate, sample_rate = rate, channels }: InteractionMedia): string | undefined {
  if (mime_type === undefined || !rawAudio.test(mime_type)) return mime_type;
  const parameters = { rate: sample_rate, channels };
  return Object.entries(parameters).reduce(
    (type, [name, value]) => (value === undefined ? type : `${type};${name}=${String(value)}`),
    mime_type,
  );
}

/** Returns the content with the data or the URI of a part: the inverse of {@link toMediaPart}. */
export function toMediaContent({ inlineData, fileData }: ToolMedia): InteractionInputFile<InteractionFileType> {
  const { mimeType } = inlineData ?? fileData ?? {};
  const { data } = inlineData ?? {};
  const { fileUri } = fileData ?? {};
  return {
    type: mediaTypeOf(mimeType),
    ...(data !== undefined && { data }),
    ...(fileUri !== undefined && { uri: fileUri }),
    ...audioFormat(mimeType),
  };
}

/** The type of the content for a MIME type; a file that is neither image, audio nor video is a document. */
function mediaTypeOf(mimeType: string | undefined): InteractionFileType {
  const [, type] = /^(image|audio|video)\//i.exec(mimeType ?? '') ?? [];
  return (type?.toLowerCase() ?? 'document') as InteractionFileType;
}

interface AudioFormat {
  mime_type?: string;
  sample_rate?: number;
  channels?: number;
}

/** The MIME type without the parameters of raw audio, which have fields of their own. */
function audioFormat(mimeType: string | undefined): AudioFormat {
  const [type = '', ...parameters] = (mimeType ?? '').split(';');
  if (!rawAudio.test(type)) return mimeType === undefined ? {} : { mime_type: mimeType };
  const valueOf = (name: string) =>
    Number(parameters.find((parameter) => parameter.trim().startsWith(`${name}=`))?.split('=')[1]);
  const [rate, channels] = [valueOf('rate'), valueOf('channels')];
  return {
    mime_type: type.toLowerCase(),
    ...(rate > 0 && { sample_rate: rate }),
    ...(channels > 0 && { channels }),
  };
}
