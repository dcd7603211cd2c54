import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

const languages = { bash, cpp, css, diff, go, java, javascript, json, python, rust, sql, typescript, xml, yaml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** The length by which growing code is coloured further, so that long code is not coloured anew for each word. */
const step = 2_000;

/** The length up to which code is coloured anew each time. */
const short = 4_000;

/** The beginnings of long code that grows, newest last. */
const beginnings = new Map<string, string>();

/** The nodes of code, with the classes of highlight.js where it knows the language. */
export function highlight(text: string, language: string, isGrowing: boolean): Node {
  if (!hljs.getLanguage(language)) return document.createTextNode(text);
  if (!isGrowing || text.length <= short) return parse(colour(text, language));
  const coloured = text.slice(0, text.length - (text.length % step));
  const fragment = parse(beginning(coloured, language));
  fragment.append(text.slice(coloured.length));
  return fragment;
}

function beginning(text: string, language: string): string {
  const key = `${language} ${text}`;
  const html = beginnings.get(key) ?? colour(text, language);
  beginnings.delete(key);
  beginnings.set(key, html);
  const [oldest = key] = beginnings.keys();
  if (beginnings.size > 8) beginnings.delete(oldest);
  return html;
}

function colour(text: string, language: string): string {
  return hljs.highlight(text, { language, ignoreIllegals: true }).value;
}

/** The HTML comes from highlight.js, which escapes all text of the code. */
function parse(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}
