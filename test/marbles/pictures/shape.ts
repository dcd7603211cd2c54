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
      const reply$ = m.source('chunks', '-a-------b-----c-----|', {
        a: '{"text":"Light ',
        b: 'is fast.',
        c: '","n":1}',
      });
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
      const sentences$ = m.input('sentences', '-a--b--c--|', { a: 'Yes.', b: 'No.', c: 'Why?' }, text);
      const oui$ = m.input('translate("Yes.")', '---------(x|)', { x: 'Oui.' }, text);
      const non$ = m.input('translate("No.")', '---(x|)', { x: 'Non.' }, text);
      const pourquoi$ = m.input('translate("Why?")', '--------(x|)', { x: 'Pourquoi ?' }, text);
      const translate = (sentence: string) => ({ 'Yes.': oui$, 'No.': non$ })[sentence] ?? pourquoi$;
      m.code('mapInOrder(translate, { concurrency: 3 })');
      m.result('translations, in order', sentences$.pipe(mapInOrder(translate, { concurrency: 3 }))).toBe(
        '----------(xy)-(z|)',
        { x: text('Oui.'), y: text('Non.'), z: text('Pourquoi ?') },
      );
    },
  },
  {
    name: 'parseJson',
    alt: 'The value of a JSON answer grows with each chunk; at the end the whole value is checked by a schema.',
    play(m) {
      const Recipe = z.object({ dish: z.string() });
      const reply$ = m.source('chunks', '----a---------b------|', { a: '{"dish":"So', b: 'up"}' });
      m.code('parseJson(Recipe)');
      m.result('values', reply$.pipe(parseJson(Recipe)), {
        show: (snapshot) => value(JSON.stringify(snapshot.value), snapshot.complete ? 'complete, checked' : undefined),
      }).toBe('----a---------b------(c|)', {
        a: quoted({ dish: 'So' }),
        b: quoted({ dish: 'Soup' }),
        c: value('{"dish":"Soup"}', 'complete, checked'),
      });
    },
  },
];
