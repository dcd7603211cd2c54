/** A client whose reply is there already: of the SDK, there is only the form. */
export function clientWith(chunks) {
  return { models: { generateContentStream: async () => arrived(chunks) } };
}

async function* arrived(chunks) {
  yield* chunks;
}
