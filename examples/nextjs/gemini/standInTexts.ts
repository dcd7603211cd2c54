/** The texts of the stand-in for a model. */

export const weatherAnswer = (city: string): string =>
  `It is **21 °C** in ${city}, and the sky is clear: so says the tool \`weather\`, which ran on the server. Open it above to see what the model had asked, and what the tool returned.`;

export const thoughts: readonly string[] = [
  'The question sounds as if the material mattered. ',
  'Both are one kilo, so their **mass** is the same. ',
  'But a scale in air also feels buoyancy, and feathers take up more room. ',
  'I should say both: the short answer, then the fine print.',
];

export const thoughtfulAnswer = `They weigh **the same**: a kilo is a kilo.

There is some fine print:

1. In *vacuum*, a scale shows the same for both.
2. In *air*, the feathers displace more of it, so a scale shows a little less for them.
3. Carrying them home is another matter.`;

export const tableAnswer = `### Three ways to sort

| Algorithm | On average | At worst | Memory | Keeps the order of equals | Good for |
|:--|:--|:--|:--|:--:|:--|
| Insertion sort | \`O(n²)\` | \`O(n²)\` | \`O(1)\` | yes | short lists, and lists that are almost sorted |
| Merge sort | \`O(n log n)\` | \`O(n log n)\` | \`O(n)\` | yes | linked lists, and files larger than the memory |
| Quicksort | \`O(n log n)\` | \`O(n²)\` | \`O(log n)\` | no | arrays in memory |

**In practice** you call the sort of your language:

- JavaScript and Python use *Timsort*, a merge sort that finds runs which are sorted already.
- C++ uses *introsort*, a quicksort that gives up in time.`;

export const codeAnswer = `A debounced function waits until its calls **pause**:

\`\`\`typescript
/** Calls \`run\` once the calls have paused for \`wait\` ms, with the latest arguments. */
export function debounce<A extends unknown[]>(run: (...args: A) => void, wait = 200) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args: A): void => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), wait);
  };
}
\`\`\`

Use it where only the last call counts:

\`\`\`typescript
const search = debounce((text: string) => console.log(\`Looking for \${text}\`), 300);
input.addEventListener('input', () => search(input.value));
\`\`\`

With RxJS it is one operator: \`debounceTime(300)\`.`;

export const about = (question: string): string => `You asked: “${question}”

This comes from a **local emulator**, not from a model: it speaks Gemini's wire protocol, needs no key and costs nothing. Set \`GEMINI_API_KEY\` and start the app again for a real answer.

- The route handler turned the reply into server-sent events with \`toSseResponse\`.
- This page reads them: the same chunks, the same operators, and no key in the browser.
- However fast the words come, React renders once a frame at most.

Press **Stop**, close the tab or follow the link to another page while the words still come. In that moment the browser closes its connection, the route handler sees it, and the request to the model is closed too, so that nobody pays for words that nobody reads.

Stop the server in the middle of a reply to see what an error looks like: it has a kind, it keeps what had arrived, and it says whether it is worth trying again.`;
