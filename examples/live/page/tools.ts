import type { ChatTools } from 'rxjs-gemini';

/** The functions that run in this page. The server declares them to the model, with the token. */
export const tools: ChatTools = {
  getTime: {
    declaration: {},
    run: () => ({ time: new Date().toLocaleTimeString() }),
  },
};
