/** Advice for a request that has neither an API key nor credentials, in place of Google's about default credentials. */
export const missingKeyAdvice =
  'No API key: set GEMINI_API_KEY or pass `apiKey` to the client; Vertex AI takes Google Cloud credentials as well';

/** The sentences of the SDK, of the library that it signs requests with, and of the service. */
const sentences =
  /Could not load the default credentials|Unable to find credentials in current environment|API key is missing|API key (?:must|should) be set|(?:apiKey|googleAuth) is (?:not set|unset)|Authentication is not set up|unregistered callers|without established identity|missing (?:a )?required authentication credential|missing (?:a valid )?API key/i;

/** Whether an error's sentence means that nobody gave a key or credentials. */
export function isMissingKey(message: string): boolean {
  return sentences.test(message);
}
