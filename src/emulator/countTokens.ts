import { contentsIn, fieldOf, partsIn } from './requestBody.js';

/** The average number of characters in a token of English text. */
export const charsPerToken = 4;

/** The tokens of a small image; used for all media, whose real size the emulator does not know. */
export const tokensPerFile = 258;

/** The answer to `countTokens`. */
export interface TokenCount {
  readonly totalTokens: number;
  readonly promptTokensDetails: readonly { readonly modality: string; readonly tokenCount: number }[];
}

/** Estimates the tokens of a text from its length. */
export function estimateTokens(chars: number): number {
  return Math.ceil(chars / charsPerToken);
}

/** Estimates the tokens of a request's contents and system instruction, by modality. */
export function countTokens(body: unknown): TokenCount {
  const request = fieldOf(body, 'generateContentRequest') ?? body;
  const parts = [...contentsIn(request), fieldOf(request, 'systemInstruction')].flatMap(partsIn);
  const counts = new Map<string, number>();
  let text = '';
  for (const part of parts) {
    const file = fieldOf(part, 'inlineData') ?? fieldOf(part, 'fileData');
    if (file === undefined) text += typeof part['text'] === 'string' ? part['text'] : JSON.stringify(part);
    else counts.set(modalityOf(file), (counts.get(modalityOf(file)) ?? 0) + tokensPerFile);
  }
  if (text !== '') counts.set('TEXT', estimateTokens(text.length));
  const promptTokensDetails = [...counts].map(([modality, tokenCount]) => ({ modality, tokenCount }));
  const totalTokens = promptTokensDetails.reduce((total, { tokenCount }) => total + tokenCount, 0);
  return { totalTokens, promptTokensDetails };
}

function modalityOf(file: unknown): string {
  const mimeType = fieldOf(file, 'mimeType');
  const [kind = ''] = typeof mimeType === 'string' ? mimeType.split('/') : [];
  return ['image', 'audio', 'video'].includes(kind) ? kind.toUpperCase() : 'DOCUMENT';
}
