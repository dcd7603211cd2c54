/** As in an application: rxjs and the SDK are there already, and an import of them of which nothing is used is dropped. */
const outside = {
  name: 'outside',
  setup({ onResolve }) {
    onResolve({ filter: /^(?:rxjs|@google\/genai|@opentelemetry\/api)(?:\/|$)/ }, ({ path }) => {
      return { path, external: true, sideEffects: false };
    });
  },
};

const budget = (name, path, imported, limit) => ({
  name,
  path: `dist/${path}.js`,
  import: imported,
  limit,
  gzip: true,
  modifyEsbuildConfig: (config) => ({ ...config, platform: 'browser', format: 'esm', plugins: [outside] }),
});
const bundle = (names, limit) => budget(names, 'index', `{ ${names} }`, limit);
const entry = (path, limit) => budget(path === 'index' ? 'rxjs-gemini' : `rxjs-gemini/${path}`, path, '*', limit);

export default [
  bundle('fromSse, classifyErrors, toReplyState', '25.4 kB'),
  bundle('createChat, fromSse', '40.3 kB'),
  bundle('fromGemini, classifyErrors, takeUntilCancel, bufferChunks, toText', '27 kB'),
  entry('index', '102.2 kB'),
  entry('operators', '45.5 kB'),
  entry('json', '19 kB'),
  entry('otel', '18.4 kB'),
  entry('emulator-fetch', '42 kB'),
  entry('ai-sdk', '14.9 kB'),
  entry('ag-ui', '14.6 kB'),
];
