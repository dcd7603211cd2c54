import { z } from 'zod';
import { jsonAt } from '../../../operators/shape/jsonAt.js';
import { jsonTextAt } from '../../../operators/shape/jsonTextAt.js';
import { mapInOrder } from '../../../operators/shape/mapInOrder.js';
import { parseJson } from '../../../operators/shape/parseJson.js';
import { text, value } from '../looks.js';
import type { Look } from '../scene.js';
import type { Picture } from '../stage.js';

const quoted = (shown: unknown): Look => value(JSON.stringify(shown));

/** Pictures of the operators that change the shape of a reply. */
export const shapePictures: readonly Picture[] = [
  {
    name: 'jsonAt',
    alt: 'Each element of a list is emitted once, as soon as it is whole.',
    play(m) {
      const reply$ = m.source('chunks', '-a----b----c----|', { a: '["Soup","Br', b: 'ead","Ca', c: 'ke"]' });
      m.code("jsonAt('$[*]')");
      m.result('elements', reply$.pipe(jsonAt('$[*]')), { show: quoted }).toBe('-x----y----z----|', {
        x: quoted('Soup'),
        y: quoted('Bread'),
        z: quoted('Cake'),
      });
    },
  },
  {
    name: 'jsonTextAt',
    alt: 'Emits the text of one string of the JSON as that string grows.',
    play(m) {
      const reply$ = m.source('chunks', '-a-------b-----c-----|', { a: '{"text":"Light ', b: 'is fast.', c: '","n":1}' });
      m.code("jsonTextAt('$.text')");
      m.result('deltas of the string', reply$.pipe(jsonTextAt('$.text'))).toBe('-x-------y-----------|', {
        x: text('Light '),
        y: text('is fast.'),
      });
    },
  },
  {
    name: 'mapInOrder',
    alt: 'Three sentences are translated at once; the results come in the order of the sentences.',
    play(m) {
      const sentences$ = m.input('sentences', '-a--b--c--|', { a: 'One.', b: 'Two.', c: 'Six.' }, text);
      const un$ = m.input('translate("One.")', '---------(x|)', { x: 'Un.' }, text);
      const deux$ = m.input('translate("Two.")', '---(x|)', { x: 'Deux.' }, text);
      const six$ = m.input('translate("Six.")', '--------(x|)', { x: 'Six.' }, text);
      const translate = (sentence: string) => ({ 'One.': un$, 'Two.': deux$ })[sentence] ?? six$;
      m.code('mapInOrder(translate, { concurrency: 3 })');
      m.result('translations, in order', sentences$.pipe(mapInOrder(translate, { concurrency: 3 }))).toBe(
        '----------(xy)-(z|)',
        { x: text('Un.'), y: text('Deux.'), z: text('Six.') },
      );
    },
  },
  {
    name: 'parseJson',
    alt: 'The value of a JSON answer grows with each chunk; at the end the whole value is checked by a schema.',
    play(m) {
      const Recipe = z.object({ title: z.string(), serves: z.number() });
      const reply$ = m.source('chunks', '-a-----b------c------|', { a: '{"title":"So', b: 'up","serves":', c: '4}' });
      m.code('parseJson(Recipe)');
      m.result('value', reply$.pipe(parseJson(Recipe)), {
        show: ({ value: shown, complete }) => value(JSON.stringify(shown), complete ? 'complete' : undefined),
      }).toBe('-a-----b------c------(d|)', {
        a: quoted({ title: 'So' }),
        b: quoted({ title: 'Soup' }),
        c: quoted({ title: 'Soup', serves: 4 }),
        d: value(JSON.stringify({ title: 'Soup', serves: 4 }), 'complete'),
      });
    },
  },
];
