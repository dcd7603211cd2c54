import { tryParseJson } from '../rx/tryParseJson.js';

/**
 * Parses JSON as other programs quote it in a sentence: unchanged, with its quotes escaped, or as Python prints it.
 * Returns undefined if the text is not JSON in any of these forms.
 */
export function parseQuotedJson(text: string): unknown {
  const json = tryParseJson(text);
  if (json !== undefined) return json;
  const unescaped = text.includes('\\"') ? tryParseJson(`"${text}"`) : undefined;
  return tryParseJson(typeof unescaped === 'string' ? unescaped : text.replace(pythonTokens, toJsonToken));
}

const pythonTokens = /'((?:[^'\\]|\\[^])*)'|"(?:[^"\\]|\\[^])*"|\b(?:True|False|None)\b/g;

function toJsonToken(token: string, inQuotes: string | undefined): string {
  if (inQuotes !== undefined) return JSON.stringify(inQuotes.replace(/\\(['"])/g, '$1'));
  return token.startsWith('"') ? token : token === 'None' ? 'null' : token.toLowerCase();
}
