/** The advice for a request without an API key or credentials, instead of Google's advice about default credentials. */
export const missingKeyAdvice =
  'No API key: set GEMINI_API_KEY to a key from https://aistudio.google.com/apikey, or pass `apiKey` to the client; ' +
  'Vertex AI takes Google Cloud credentials as well';

/** The messages of the SDK, of the library that signs its requests, and of the service. */
const missingKeyMessages =
  /Could not load the default credentials|Unable to find credentials in current environment|API key is missing|API key (?:must|should) be set|(?:apiKey|googleAuth) is (?:not set|unset)|Authentication is not set up|unregistered callers|without established identity|missing (?:a )?required authentication credential|missing (?:a valid )?API key/i;

/** Whether an error message means that there was no key and no credentials. */
export function isMissingKey(message: string): boolean {
  return missingKeyMessages.test(message);
}
