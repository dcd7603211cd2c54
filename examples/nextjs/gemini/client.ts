import { GoogleGenAI } from '@google/genai';

export const model = process.env['GEMINI_MODEL'] ?? 'gemini-2.5-flash';

let ai: GoogleGenAI | undefined;

/** The client. It is not made when this is loaded: that happens in the build too, where there is no key. */
export function gemini(): GoogleGenAI {
  ai ??= new GoogleGenAI({});
  return ai;
}
