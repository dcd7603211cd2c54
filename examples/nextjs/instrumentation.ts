/** Next runs it once, before the server takes requests. */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  if (process.env['GEMINI_API_KEY'] || process.env['GOOGLE_API_KEY']) return;
  const { startStandIn } = await import('./gemini/standIn');
  await startStandIn();
}
