import { concatMap, delay, from, map, of, timer } from 'rxjs';
import type { ChatTools } from 'rxjs-gemini';

/** Functions that the model may call. Their data is made up: put requests to services of your own in their place. */
export const tools: ChatTools = {
  weather: {
    declaration: {
      description: 'Returns the weather of today in a city.',
      parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
    run: ({ city }) => timer(600).pipe(map(() => ({ city, sky: 'clear', celsius: 14, rain: '10 %' }))),
    timeout: 5_000,
  },
  trains: {
    declaration: {
      description: 'Searches the trains of today from one city to another.',
      parametersJsonSchema: {
        type: 'object',
        properties: { from: { type: 'string' }, to: { type: 'string' } },
        required: ['from', 'to'],
      },
    },
    // Each value is progress for the reader, and the last one is the result for the model.
    run: ({ from: start, to }) =>
      from([
        'Asking the first railway',
        'Asking the second railway',
        { from: start, to, trains: [{ departs: '08:25', arrives: '15:12', changes: 0 }] },
      ]).pipe(concatMap((value) => of(value).pipe(delay(1_200)))),
    timeout: 15_000,
  },
};
