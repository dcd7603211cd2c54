/** Whether a text is a web page, by its beginning. */
export function isWebPage(text: string): boolean {
  return /^\s*<|<(?:!doctype|html|head|body)\b/i.test(text.slice(0, maxBeginning));
}

const maxBeginning = 8_000;

/** The sentence for a web page in place of an answer of Gemini, with the places to look at. */
export const webPageAdvice =
  "A web page (HTML) came instead of Gemini's answer: a proxy, a sign-in page or a wrong base URL " +
  '(`httpOptions.baseUrl`, GOOGLE_GEMINI_BASE_URL) answered';
