import { rowsOf, type Look, type Scene } from './scene.js';

/** A stretch of text in the colour of the source value that brought it; no tone if it came from none. */
export interface Piece {
  readonly text: string;
  readonly tone?: number | undefined;
}

/** The number of colours; a source with more values begins again. */
const toneCount = 6;

/** Cuts the texts of a row into pieces that show from which values of the sources they were merged. */
export type Tint = (look: Look) => readonly Piece[];

/** Makes the tints of a scene: for each row a new one, which is called with the looks of the row in order. */
export function tintsOf(scene: Scene): () => Tint {
  const letters = sourceLetters(scene);
  const whole = letters.map(({ letter }) => letter).join('');
  return () => {
    /** Deltas follow each other; a text that continues none, such as a snapshot, is searched from the start. */
    let end = 0;
    return ({ kind, label }) => {
      if ((kind !== 'text' && kind !== 'screen') || label === '') return [{ text: label }];
      // The end of a label may be an addition of the operator.
      for (let length = label.length; length > label.length / 2; length -= 1) {
        const known = label.slice(0, length);
        const onward = whole.indexOf(known, end);
        const found = onward >= 0 ? onward : whole.indexOf(known);
        if (found < 0) continue;
        end = found + length;
        return piecesOf([...letters.slice(found, end), ...lettersOf({ text: label.slice(length) })]);
      }
      return [{ text: label }];
    };
  };
}

/** A UTF-16 unit of a text with its tone. */
export interface Letter {
  readonly letter: string;
  readonly tone: number | undefined;
}

/** The texts of all sources, row after row; each value has the next tone. */
function sourceLetters(scene: Scene): Letter[] {
  const sources = rowsOf(scene).filter(({ role }) => role !== 'result');
  const values = sources.flatMap(({ strands }) => strands.flatMap((strand) => strand.values));
  const texts = values.filter(({ look }) => look.kind === 'text');
  return texts.flatMap(({ look }, index) => lettersOf({ text: look.label, tone: index % toneCount }));
}

/** The letters of a piece. */
export function lettersOf({ text, tone }: Piece): Letter[] {
  return text.split('').map((letter) => ({ letter, tone }));
}

/** Joins the letters of one tone. */
export function piecesOf(letters: readonly Letter[]): Piece[] {
  const pieces: { text: string; tone: number | undefined }[] = [];
  for (const { letter, tone } of letters) {
    const last = pieces.at(-1);
    if (last && last.tone === tone) last.text += letter;
    else pieces.push({ text: letter, tone });
  }
  return pieces;
}
