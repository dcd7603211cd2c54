import { recordingProgram, type OwnRecording } from '../own/recording.ts';
import { routeProblem, routeProgram } from '../own/route.ts';
import { programOf } from '../scenes/program.ts';
import type { Scene } from '../scenes/scene.ts';
import { opening, scenes } from '../scenes/scenes.ts';
import { settingValues } from '../scenes/settingValues.ts';
import type { Route, View } from './view.ts';

/** The texts and the program of a view. */
export interface Content {
  readonly title: string;
  readonly about: string;
  readonly caption: string;
  /** Absent while there is nothing to run: no recording, no address. */
  readonly code?: string | undefined;
  readonly files: Readonly<Record<string, string>>;
  readonly expectedText?: string | undefined;
  readonly titles: Readonly<Record<string, string>>;
}

export function contentOf(view: View, recording: OwnRecording | undefined): Content {
  if (view.type === 'route') return routeContent(view.route);
  if (view.type === 'recording') return recordingContent(recording);
  const scene = sceneOf(view) ?? opening;
  const values = settingValues(scene, view.chosen);
  const { title, about, expectedText, titles = {} } = scene;
  const code = programOf(scene.code(values));
  return { title, about, caption: scene.caption(values), code, files: {}, expectedText, titles };
}

/** The scene of a view; undefined for a recording or a route. */
export function sceneOf(view: View): Scene | undefined {
  return view.type === 'scene' ? scenes.find(({ id }) => id === view.scene) : undefined;
}

function routeContent(route: Route): Content {
  return {
    title: 'A route of your server',
    about: 'fromSse reads any route that answers with toSseResponse or pipeToServerResponse of rxjs-gemini.',
    caption: `The events of ${route.url}`,
    code: routeProblem(route) === undefined ? programOf(routeProgram(route)) : undefined,
    files: {},
    titles: {},
  };
}

function recordingContent(recording: OwnRecording | undefined): Content {
  const program = recording && recordingProgram(recording);
  return {
    title: 'A recording',
    about:
      'Plays a reply that the operator record wrote, the events of an Interaction, or HTTP exchanges. The file stays in your browser.',
    caption: recording ? `The recording ${recording.name}` : '',
    code: program && programOf(program.body),
    files: program?.files ?? {},
    titles: {},
  };
}

/** The program of the page without an address. */
export const openingCode = contentOf({ type: 'scene', scene: opening.id, chosen: {} }, undefined).code ?? '';
