/** Chromium that all tests in a browser share: found, or installed, before the first of them. */
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { findOrInstallChromium } from './find-chromium.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL at which tests reach the browser; each opens pages in a profile of its own. */
    browserEndpoint: string;
  }
}

/** A name that leads to this machine, and does not look so to the page. */
export const ELSEWHERE = 'att.test';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const executablePath = findOrInstallChromium();
  const browser = await chromium.launchServer({
    executablePath,
    host: '127.0.0.1',
    // Chromium's sandbox does not run as root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-quic', `--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`],
  });
  console.log(`Browser for tests: ${executablePath}`);
  project.provide('browserEndpoint', browser.wsEndpoint());
  return () => browser.close();
}
