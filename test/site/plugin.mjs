import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommentTag, Converter, KindRouter, PageEvent, ReflectionKind } from 'typedoc';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { description } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** The names by which users import the entries, by the names that TypeDoc has for them. */
const importNames = {
  src: 'rxjs-gemini',
  operators: 'rxjs-gemini/operators',
  'src/json': 'rxjs-gemini/json',
  'src/otel': 'rxjs-gemini/otel',
  'src/testing': 'rxjs-gemini/testing',
  'src/emulator': 'rxjs-gemini/emulator',
  'src/emulatorFetch': 'rxjs-gemini/emulator-fetch',
  'src/aiSdk': 'rxjs-gemini/ai-sdk',
  'src/agUi': 'rxjs-gemini/ag-ui',
};

/** The headings of the sidebar, by the folders of the sources; the first one that fits. */
const categories = [
  ['src/recording/replay.ts', 'Receive'],
  ['src/recording/', 'Share'],
  ['src/chunk/toChunk.ts', 'Receive'],
  ['src/chunk/', 'Read'],
  ['src/sources/', 'Receive'],
  ['operators/show/', 'Show'],
  ['operators/measure/', 'Measure'],
  ['operators/otel/', 'Measure'],
  ['operators/protect/', 'Protect'],
  ['operators/share/', 'Share'],
  ['operators/shape/', 'Shape'],
  ['src/replies/', 'Share'],
  ['src/chat/', 'Converse'],
  ['src/sinks/', 'Send'],
  ['src/errors/', 'Errors'],
  ['src/testing/', 'Test'],
  ['src/emulator/', 'Test'],
];

/** The file of a page in the project: `docs/start`. */
const pathOf = new WeakMap();

/** `docs/start.html` for `docs/start.md`, so that a link to a page is the same in the package and in the site. */
class PagesRouter extends KindRouter {
  getIdealBaseName(reflection) {
    return pathOf.get(reflection) ?? super.getIdealBaseName(reflection);
  }
}

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.renderer.defineRouter('pages', PagesRouter);

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of project.getChildrenByKind(ReflectionKind.Module)) {
      entry.name = importNames[entry.name] ?? entry.name;
      for (const child of entry.children ?? []) categorize(project, child);
    }
    for (const page of project.documents ?? []) {
      pathOf.set(page, relative(root, project.files.getReflectionPath(page)).replace(/\.md$/, ''));
      page.name = titleOf(page) ?? page.name;
    }
  });

  // A comment may name an export that its file does not import.
  app.converter.addUnknownSymbolResolver((reference, reflection) => {
    const name = reference.symbolReference?.path?.[0]?.path;
    if (name === undefined) return undefined;
    const entries = reflection.project.getChildrenByKind(ReflectionKind.Module);
    const target = entries.map((entry) => entry.getChildByName([name])).find((found) => found !== undefined);
    return target && { target };
  });

  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents?.replace(
      /(?<=<meta name="description" content=")[^"]*/,
      () => attribute(summaryOf(page.model)),
    );
  });
}

/** Puts functions and classes under the heading of their folder; types have one of their own. */
function categorize(project, reflection) {
  if (!reflection.kindOf([ReflectionKind.Function, ReflectionKind.Class, ReflectionKind.Variable])) return;
  const path = project.getSymbolIdFromReflection(reflection)?.packagePath ?? '';
  const [, category] = categories.find(([folder]) => path.startsWith(folder)) ?? [];
  if (category === undefined) throw new Error(`Expected a category for ${path} (${reflection.name})`);
  const comment = reflection.signatures?.[0]?.comment ?? reflection.comment;
  comment?.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: category }]));
}

function titleOf(page) {
  return /^# (.+)$/m.exec(textOf(page.content))?.[1]?.replaceAll('`', '');
}

function textOf(parts) {
  return parts.map(({ text }) => text).join('');
}

/** The first sentence of a doc comment or a page. */
function summaryOf(reflection) {
  const comment = reflection.comment ?? reflection.signatures?.[0]?.comment;
  if (reflection.isDocument?.()) {
    const paragraph = textOf(reflection.content).split(/\n{2,}/).find((block) => /^\w/.test(block));
    return firstSentence(paragraph ?? reflection.name);
  }
  return comment ? firstSentence(textOf(comment.summary)) : description;
}

function firstSentence(text) {
  const plain = text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '').replace(/\s+/g, ' ').trim();
  return /^.*?[.!?](?= |$)/.exec(plain)?.[0] ?? plain;
}

function attribute(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
