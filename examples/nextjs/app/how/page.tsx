import Link from 'next/link';

export default function How() {
  return (
    <article className="how">
      <h1>How it works</h1>
      <ol>
        <li>
          <code>useGeminiStream</code> reads the route with <code>fromSse</code>, makes states of the chunks with{' '}
          <code>toReplyState</code>, and passes on one a frame with <code>renderEvery</code>.
        </li>
        <li>
          <code>POST /api/reply</code> asks Gemini with <code>fromGemini</code> and answers with{' '}
          <code>toSseResponse</code>. The key stays on the server.
        </li>
        <li>
          You have just left the page of the reply. If one was under way, React took the component away, the hook
          unsubscribed, the browser closed the connection, and the route closed the request to Gemini.
        </li>
        <li>
          The <Link href="/chat">chat</Link> is <code>useChat</code> of the AI SDK, without its server:{' '}
          <code>POST /api/chat</code> converts the posted messages with <code>contentsFromUiMessages</code>, runs the
          tools with <code>answerContents</code>, and answers in the format of <code>uiMessageStream</code>.
        </li>
      </ol>
      <Link href="/">Ask something</Link>
    </article>
  );
}
