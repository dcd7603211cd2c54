import hljs from 'highlight.js/lib/core';
import javascript from 'highlight.js/lib/languages/javascript';

hljs.registerLanguage('javascript', javascript);

/** The code as HTML with classes. Loaded after the first scene plays: the text is there before its colours. */
export const highlight = (code: string) => hljs.highlight(code, { language: 'javascript' }).value;
