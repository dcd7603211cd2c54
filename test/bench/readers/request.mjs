import { GoogleGenAI } from '@google/genai';

export const params = { model: 'gemini-2.5-flash', contents: 'Hello' };

export function client(baseUrl) {
  return new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl, apiVersion: 'v1beta' } });
}

/** The parameters of an interaction. */
export const interaction = { model: 'gemini-3.5-flash', input: 'Hi' };
