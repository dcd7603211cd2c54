/** The maximum number of characters of a prompt that are quoted. */
const quotedChars = 400;

/** The default answer: several paragraphs of Markdown that quote the prompt. Equal prompts get equal answers. */
export function defaultText(prompt: string, candidate: number): string {
  const variant = candidate === 0 ? '' : `*This is alternative ${String(candidate + 1)}.*\n\n`;
  return `${variant}You asked:

${blockquote(prompt)}

This answer comes from a **local emulator**, not from a model: it speaks Gemini's wire protocol, so your program cannot \
tell the difference, it needs no key, and it costs nothing.

### What you are watching

1. **The text arrives in chunks** of a few words, as a model writes them. Some hold more than ASCII: naïve, 日本語, 🌍.
2. **Token counts run along** in every chunk as totals so far, so the last one counts.
3. **The last chunk says why the model stopped:** \`STOP\`, or \`MAX_TOKENS\` if you set a small \`maxOutputTokens\`.

### What to try next

Stop reading in the middle: the emulator sees the connection close and stops writing. Give \`startEmulator\` a \`reply\` \
of your own, and it pauses, falls silent, or breaks off in mid-sentence, so you can watch what your program makes of it.

When you want a real answer, set \`GEMINI_API_KEY\` and talk to Gemini itself. Nothing else has to change.
`;
}

/** The thoughts before the default answer, a chunk each. */
export function defaultThoughts(prompt: string): readonly string[] {
  return [
    '**Reading the question**\n\n',
    `The user asks: "${excerpt(prompt)}" `,
    'I am an emulator and know nothing, so I should say so.\n\n',
    '**Planning the answer**\n\nQuote the question, explain what is happening, suggest what to try next.\n',
  ];
}

/** The first characters (UTF-16 units) of a text, without half a character at the end. */
export function cutText(text: string, maxChars: number): string {
  return text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, '');
}

const excerpt = (prompt: string): string => {
  const text = prompt.trim() || '(nothing)';
  return text.length > quotedChars ? `${cutText(text, quotedChars)}…` : text;
};

const blockquote = (prompt: string): string => excerpt(prompt).replace(/^/gm, '> ');
