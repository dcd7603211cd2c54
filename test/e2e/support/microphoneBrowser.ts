import { chromium, type Browser } from 'playwright-core';

/**
 * Chromium with a microphone that beeps once a second. A page gets it after `context.grantPermissions(['microphone'])`,
 * and is refused without a question otherwise.
 */
export async function launchBrowserWithMicrophone(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--use-fake-device-for-media-stream'];
  return chromium.launch({ executablePath, args });
}
