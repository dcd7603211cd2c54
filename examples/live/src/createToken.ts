import type { GoogleGenAI } from '@google/genai';
import { GeminiError } from 'rxjs-gemini';
import { limits } from './limits.js';
import { config, model } from './session.js';

/**
 * Makes a token for one session, which is worth nothing for anything else: it opens one connection (and the ones that
 * resume it), soon, with this configuration.
 */
export async function createToken(ai: GoogleGenAI): Promise<string> {
  const { name } = await ai.authTokens.create({
    config: {
      uses: 1,
      newSessionExpireTime: timeIn(limits.beginWithin),
      expireTime: timeIn(limits.endWithin),
      // All of the configuration is locked: what a page says instead is ignored.
      liveConnectConstraints: { model, config },
      // Tokens exist in this version only.
      httpOptions: { apiVersion: 'v1alpha' },
    },
  });
  if (name === undefined) throw new GeminiError('The service made no token', { kind: 'protocol' });
  return name;
}

function timeIn(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
