import { Lexer, type Token, type Tokens } from 'marked';
import { memo, useMemo, type ReactNode } from 'react';
import { closeMarkdown } from 'rxjs-gemini';
import { CodeBlock } from './codeBlock';
import { inlineText } from './inlineText';
import { Table } from './table';

interface MarkdownProps {
  readonly text: string;
  /** Whether the text may end in the middle of its Markdown: while it streams, and when it was cut off. */
  readonly isOpen: boolean;
  /** A name for the tables of this text, which differ by it. */
  readonly name: string;
}

/** A text in Markdown as React elements. A block that has not changed is not rendered again. */
export function Markdown({ text, isOpen, name }: MarkdownProps) {
  const blocks = useMemo(() => withLevels(Lexer.lex(isOpen ? closeMarkdown(text) : text)), [text, isOpen]);
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
}

/** The blocks, with levels of headings that begin below the page's own and leave none out. */
function withLevels(tokens: ReturnType<typeof Lexer.lex>): Pick<BlockProps, 'token' | 'level' | 'links'>[] {
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

function BlockView({ token: anyToken, level, name }: BlockProps): ReactNode {
  const token = anyToken as Tokens.Generic;
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
      return <List list={token as Tokens.List} name={name} />;
    case 'blockquote':
      return <blockquote dir="auto">{inner(token.tokens, name)}</blockquote>;
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
function inner(tokens: readonly Token[] = [], name: string): ReactNode[] {
  return tokens.map((token, index) => (
    <BlockView key={index} token={token} level={0} links="" name={`${name}.${index + 1}`} />
  ));
}

function List({ list: { ordered, start, items }, name }: { readonly list: Tokens.List; readonly name: string }) {
  const rows = items.map(({ tokens, loose }, index) => (
    <li key={index} dir="auto">
      {tokens.map((token, at) =>
        !loose && ['text', 'checkbox'].includes(token.type)
          ? inlineText([token])
          : inner([token], `${name}.${index + 1}.${at + 1}`),
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
