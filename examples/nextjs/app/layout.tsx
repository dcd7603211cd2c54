import type { Metadata } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import './globals.css';
import './chat.css';
import './text.css';

export const metadata: Metadata = {
  title: 'Gemini, streamed',
  description: "A route handler that streams Gemini's replies, and a React hook that reads them.",
};

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en" data-scrolls="">
      <body>
        <header>
          <Link href="/" className="brand">
            Gemini, streamed
          </Link>
          <nav>
            <Link href="/chat">Chat</Link>
            <Link href="/how">How it works</Link>
          </nav>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}
