import type { Token, Tokens, TokensList } from 'marked';
import { memo, useMemo, type ReactNode } from 'react';
import { CodeBlock } from './codeBlock';
import { inlineText } from './inlineText';
import { lex } from './lex';
import { Table } from './table';

/** The most quotes and lists within each other: more would leave no width for the text. */
const deepest = 8;

interface MarkdownProps {
  readonly text: string;
  /** Whether the text may end in the middle of its Markdown: while it streams, and when it was cut off. */
  readonly isOpen: boolean;
  /** A name for the tables of this text, which differ by it. */
  readonly name: string;
}

/** A text in Markdown as React elements. A block that has not changed is not rendered again. */
export function Markdown({ text, isOpen, name }: MarkdownProps) {
  const blocks = useMemo(() => withLevels(lex(text, isOpen)), [text, isOpen]);
  return (
    <div className="text" dir="auto">
      {blocks.map(({ token, level, links }, index) => (
        <Block key={index} token={token} level={level} links={links} name={`${name}, block ${index + 1}`} />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly token: Token;
  /** The level of a heading; 0 for one that is not in the outline of the page. */
  readonly level: number;
  /** The names that links refer to, which may be defined below the block. */
  readonly links: string;
  readonly name: string;
  /** The number of quotes and lists around it. */
  readonly depth?: number;
}

/** The blocks, with levels of headings that begin below the page's own and leave none out. */
function withLevels(tokens: TokensList): Pick<BlockProps, 'token' | 'level' | 'links'>[] {
  let level = 1;
  const links = Object.keys(tokens.links).join(' ');
  return tokens.map((token) => {
    if (token.type === 'heading') level = Math.min(token['depth'] + 1, level + 1, 6);
    return { token, level, links };
  });
}

const Block = memo(
  BlockView,
  (one, other) =>
    one.token.raw === other.token.raw &&
    one.token.type === other.token.type &&
    one.level === other.level &&
    one.links === other.links,
);

function BlockView({ token: anyToken, level, name, depth = 0 }: BlockProps): ReactNode {
  const token = anyToken as Tokens.Generic;
  const isContainer = token.type === 'blockquote' || token.type === 'list';
  if (isContainer && depth === deepest) return <p dir="auto">{token.raw.trim()}</p>;
  switch (token.type) {
    case 'code':
      return <CodeBlock code={token['text']} language={/^\S*/.exec(token['lang'] ?? '')?.[0]?.toLowerCase() ?? ''} />;
    case 'heading': {
      const Heading = level === 0 ? 'p' : (`h${level}` as 'h2');
      return (
        <Heading className="heading" dir="auto">
          {inlineText(token.tokens)}
        </Heading>
      );
    }
    case 'table':
      return <Table table={token as Tokens.Table} name={name} />;
    case 'list':
      return <List list={token as Tokens.List} name={name} depth={depth + 1} />;
    case 'blockquote':
      return <blockquote dir="auto">{inner(token.tokens, name, depth + 1)}</blockquote>;
    case 'hr':
      return <hr />;
    case 'space':
    case 'def':
      return null;
    case 'html':
      return <p dir="auto">{token.raw.trim()}</p>;
    default:
      return <p dir="auto">{inlineText(token.tokens ?? [token])}</p>;
  }
}

/** Blocks within a block. */
function inner(tokens: readonly Token[] = [], name: string, depth: number): ReactNode[] {
  return tokens.map((token, index) => (
    <BlockView key={index} token={token} level={0} links="" name={`${name}.${index + 1}`} depth={depth} />
  ));
}

interface ListProps {
  readonly list: Tokens.List;
  readonly name: string;
  readonly depth: number;
}

function List({ list: { ordered, start, items }, name, depth }: ListProps) {
  const rows = items.map(({ tokens, loose }, index) => (
    <li key={index} dir="auto">
      {tokens.map((token, at) =>
        !loose && ['text', 'checkbox'].includes(token.type)
          ? inlineText([token])
          : inner([token], `${name}.${index + 1}.${at + 1}`, depth),
      )}
    </li>
  ));
  return ordered ? (
    <ol start={Number(start)} dir="auto">
      {rows}
    </ol>
  ) : (
    <ul dir="auto">{rows}</ul>
  );
}
