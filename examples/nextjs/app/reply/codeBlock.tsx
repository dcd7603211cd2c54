import { memo, useEffect, useState } from 'react';
import { highlight } from './highlight';

interface CodeBlockProps {
  readonly code: string;
  readonly language: string;
}

/** A block of code, with its language and a button that copies it. Rendered again only if the code changes. */
export const CodeBlock = memo(function CodeBlock({ code, language }: CodeBlockProps) {
  const html = highlight(code, language);
  return (
    <div className="code">
      <div className="code-head">
        <span>{language}</span>
        <CopyButton text={code} />
      </div>
      <pre dir="ltr" tabIndex={0}>
        {/* highlight.js has escaped it. */}
        {html === undefined ? <code>{code}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
      </pre>
    </div>
  );
});

function CopyButton({ text }: { readonly text: string }) {
  const [label, setLabel] = useState('Copy code');
  useEffect(() => {
    if (label === 'Copy code') return;
    const timer = setTimeout(() => setLabel('Copy code'), 2_000);
    return () => clearTimeout(timer);
  }, [label]);

  const copy = () => {
    // Without https, and if the person refuses it, there is no clipboard.
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('No clipboard'));
    copied.then(
      () => setLabel('Copied'),
      () => setLabel('Not copied'),
    );
  };
  return (
    <button type="button" onClick={copy}>
      {label}
    </button>
  );
}
