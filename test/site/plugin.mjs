import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Comment,
  CommentTag,
  Converter,
  DocumentReflection,
  IndexEvent,
  KindRouter,
  PageEvent,
  ReflectionKind,
} from 'typedoc';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { description } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** The entries by the names that TypeDoc has for them: the name by which users import them, and their purpose. */
const entries = {
  src: [
    'rxjs-gemini',
    'The library: sources, operators, chats and servers. The other entries are additions to this one.',
  ],
  operators: [
    'rxjs-gemini/operators',
    'Every pipeable operator, those of `rxjs-gemini/json` included, for a program that imports operators apart from sources.',
  ],
  'src/json': [
    'rxjs-gemini/json',
    'Structured output: JSON that is parsed while it streams, and validated by your schema.',
  ],
  'src/otel': ['rxjs-gemini/otel', 'OpenTelemetry spans and metrics of replies. It needs `@opentelemetry/api`.'],
  'src/testing': [
    'rxjs-gemini/testing',
    'Helpers for tests of your own code: chunks, marbles of replies, and SSE without a server.',
  ],
  'src/emulator': [
    'rxjs-gemini/emulator',
    'A server that answers like Gemini, without a key and without a network. It needs Node.',
  ],
  'src/emulatorFetch': [
    'rxjs-gemini/emulator-fetch',
    'The emulator as a `fetch` function, which opens no socket: for browsers and tests.',
  ],
  'src/aiSdk': ['rxjs-gemini/ai-sdk', 'The message stream of the AI SDK, which `useChat` reads.'],
  'src/agUi': ['rxjs-gemini/ag-ui', 'The events of AG-UI, which `HttpAgent` and CopilotKit read.'],
  'src/redis': [
    'rxjs-gemini/redis',
    'The replies, and the limits, of several processes. It needs a server of Redis, and Node.',
  ],
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
  ['src/redis/redisStore.ts', 'Protect'],
  ['src/redis/', 'Share'],
  ['src/chat/', 'Converse'],
  ['src/sinks/', 'Send'],
  ['src/errors/', 'Errors'],
  ['src/testing/', 'Test'],
  ['src/emulator/', 'Test'],
  ['src/live/script/', 'Test'],
];

/** The path of each page in the project, without its ending. */
const pathOf = new WeakMap();

/** `docs/start.html` for `docs/start.md`, and the anchors of GitHub, so that links are the same in the package. */
class PagesRouter extends KindRouter {
  getIdealBaseName(reflection) {
    return pathOf.get(reflection) ?? super.getIdealBaseName(reflection);
  }

  getSlugger(target) {
    const slugger = super.getSlugger(target);
    slugger.serialize = anchorOf;
    return slugger;
  }

  /** Gives an address to a part of a page, for the search. */
  addSection(section, anchor) {
    const page = section.parent.isProject() ? 'index.html' : this.getFullUrl(section.parent);
    this.fullUrls.set(section, `${page}#${anchor}`);
  }
}

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.renderer.defineRouter('pages', PagesRouter);

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of project.getChildrenByKind(ReflectionKind.Module)) {
      const [name, purpose] = entries[entry.name];
      entry.name = name;
      entry.comment = new Comment([{ kind: 'text', text: purpose }]);
      for (const child of entry.children ?? []) {
        categorize(project, child);
        showPicture(project, child);
      }
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
    const modules = reflection.project.getChildrenByKind(ReflectionKind.Module);
    const target = modules.map((entry) => entry.getChildByName([name])).find((found) => found !== undefined);
    return target && { target };
  });

  // The search finds the sections of pages, and an export once.
  app.renderer.on(IndexEvent.PREPARE_INDEX, (index) => {
    index.searchResults = index.searchResults.filter((found) => !found.isReference() && found.name !== '__type');
    const [{ project }] = index.searchResults;
    const addSections = (page, text) => {
      for (const { title, anchor, content } of sectionsOf(text)) {
        const section = new DocumentReflection(title, page, [{ kind: 'text', text: content }], {});
        app.renderer.router.addSection(section, anchor);
        index.searchResults.push(section);
      }
    };
    addSections(project, textOf(project.readme));
    for (const page of project.documents ?? []) {
      const isHistory = pathOf.get(page) === 'CHANGELOG';
      if (isHistory) page.relevanceBoost = 0.2;
      else addSections(page, textOf(page.content));
    }
  });

  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents
      // Without a server, a folder has no first page.
      ?.replaceAll(/(?<= href="(?:\.\.\/)+)(?=["#])/g, 'index.html')
      // A table that is wider than the screen scrolls, with the keys too.
      .replaceAll('<table>', '<div class="table" role="region" aria-label="Table" tabindex="0"><table>')
      .replaceAll('</table>', '</table></div>')
      .replace(/(?<=<meta name="description" content=")[^"]*/, () => attribute(summaryOf(page.model)));
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

/** Puts the marble picture of an operator below the first paragraph of its description. */
function showPicture(project, reflection) {
  const picture = `${root}docs/marbles/${reflection.name}.svg`;
  const summary = reflection.signatures?.[0]?.comment?.summary;
  if (reflection.isReference() || !summary || !existsSync(picture)) return;
  const { target } = project.files.registerAbsolute(picture);
  const image = [
    { kind: 'text', text: `\n\n![${reflection.name} as a marble diagram](` },
    { kind: 'relative-link', text: picture, target, targetAnchor: undefined },
    { kind: 'text', text: ')' },
  ];
  const at = summary.findIndex(({ kind, text }) => kind === 'text' && text.includes('\n\n'));
  if (at === -1) {
    summary.push(...image);
    return;
  }
  const { text } = summary[at];
  const end = text.indexOf('\n\n');
  const before = { kind: 'text', text: text.slice(0, end) };
  summary.splice(at, 1, before, ...image, { kind: 'text', text: text.slice(end) });
}

/** The parts of a page below its headings of the second and third level. */
function sectionsOf(text) {
  const seen = new Map();
  const sections = [];
  let isCode = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) isCode = !isCode;
    const [, level, heading] = (!isCode && /^(#+) (.+)$/.exec(line)) || [];
    if (heading === undefined) {
      sections.at(-1)?.lines.push(line);
      continue;
    }
    const title = plainText(heading);
    const anchor = anchorOf(title.toLowerCase());
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    sections.push({ level: level.length, title, anchor: count ? `${anchor}-${count}` : anchor, lines: [] });
  }
  return sections
    .filter(({ level }) => level > 1)
    .map(({ title, anchor, lines }) => ({ title, anchor, content: lines.join('\n') }));
}

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading) {
  return heading
    .trim()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
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
    const paragraph = textOf(reflection.content)
      .split(/\n{2,}/)
      .find((block) => /^\w/.test(block));
    return firstSentence(paragraph ?? reflection.name);
  }
  return comment ? firstSentence(textOf(comment.summary)) : description;
}

function firstSentence(text) {
  const plain = plainText(text).replace(/\s+/g, ' ').trim();
  return /^.*?[.!?](?= |$)/.exec(plain)?.[0] ?? plain;
}

/** Markdown without its marks. */
function plainText(markdown) {
  return markdown.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
}

function attribute(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** TypeDoc leaves the code in a heading out of its anchor, unless the code contains a text. */
export function keepCodeInHeadings(parser) {
  parser.core.ruler.push('code_in_headings', ({ tokens, Token }) => {
    for (const [index, { type }] of tokens.entries()) {
      if (type !== 'heading_open') continue;
      for (const code of tokens[index + 1].children.filter((child) => child.type === 'code_inline')) {
        code.children = [Object.assign(new Token('text', '', 0), { content: code.content })];
      }
    }
  });
}
