import { defineConfig, type Plugin } from 'vite';

/** `SITE_URL` is the address of the site, if it is known: pictures of links need a whole address. */
const { PORT: port, SITE_URL: siteUrl = './' } = process.env;

/** A page on one machine, for the one who started it. */
const address = { host: '127.0.0.1', ...(port && { port: Number(port), strictPort: true }) };

const siteAddress: Plugin = {
  name: 'site-address',
  transformIndexHtml: (page) => page.replaceAll('%SITE_URL%', siteUrl),
};

export default defineConfig({
  // Works from any folder of any file server.
  base: './',
  plugins: [siteAddress],
  worker: { format: 'es' },
  build: { target: 'es2022', modulePreload: { polyfill: false } },
  // The library is a link to the repository, which has an rxjs of its own.
  resolve: { dedupe: ['rxjs', '@google/genai'] },
  server: address,
  preview: address,
});
