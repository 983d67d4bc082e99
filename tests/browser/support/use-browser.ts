/**
 * Chromium for the tests of a file. An uncaught exception, an error on the console or a crash of a page fails the test that
 * opened it.
 */
import { WAIT_LIMIT } from '@att/platform/testing';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { API_KEY } from '../../support/rest.js';

/** Console messages of the browser about a server that is away; the page can neither prevent nor silence them. */
const SERVER_AWAY = /^(WebSocket connection to '.*' failed|Failed to load resource: net::ERR_)/;

/** Reads that a page does before the read models have what the socket has shown it, and then does again. */
const NOT_PROJECTED_YET = [
  /^Failed to load resource: .* status of 404 .* from \S+\/api\/projects\/[^/?]+(\/tasks\/[^/?]+)?(\?|$)/,
  /^Failed to load resource: .* status of 503 .* from \S+\/api\/\S*[?&]min_position=/,
];

export interface OpenOptions extends BrowserContextOptions {
  /** Key that the page finds in its tab; null for a tab that nobody signed in to. */
  key?: string | null;
  /** Milliseconds by which the clock of the page's computer is ahead. */
  clockAhead?: number;
  /** Messages on the console that the test expects. */
  expects?: RegExp;
}

export interface Tab {
  page: Page;
  context: BrowserContext;
}

export interface TestBrowser {
  /** Opens an address in a profile of its own. */
  open(address: string, options?: OpenOptions): Promise<Tab>;
}

/** Called at the top of a test file: it closes every page after its test, and ends with the file. */
export function useBrowser(): TestBrowser {
  let browser: Browser;
  let contexts: BrowserContext[] = [];
  let complaints: string[] = [];

  beforeAll(async () => {
    browser = await chromium.connect(inject('browserEndpoint'));
  });
  afterEach(async () => {
    const found = complaints;
    const opened = contexts;
    contexts = [];
    complaints = [];
    await Promise.all(opened.map((context) => context.close()));
    expect(found).toEqual([]);
  });
  afterAll(() => browser?.close());

  return {
    async open(address, { key = API_KEY, clockAhead = 0, expects, ...options } = {}) {
      const context = await browser.newContext(options);
      contexts.push(context);
      context.setDefaultTimeout(WAIT_LIMIT);
      if (key !== null) await context.addInitScript(signIn, key);
      if (clockAhead !== 0) await context.addInitScript(setClock, clockAhead);
      const page = await context.newPage();
      listen(page, complaints, expects);
      await page.goto(address);
      return { page, context };
    },
  };
}

/** Runs in the page before its scripts, at every load: a key that was given up stays so. */
function signIn(key: string): void {
  if (sessionStorage.getItem('signed-in') !== null) return;
  sessionStorage.setItem('signed-in', 'once');
  sessionStorage.setItem('att.key', key);
}

/** Runs in the page before its scripts. Only the wall clock is wrong: the monotonic one has no time of day. */
function setClock(ahead: number): void {
  const right = Date.now.bind(Date);
  class WrongDate extends Date {
    constructor(...given: []) {
      if (given.length === 0) super(right() + ahead);
      else super(...given);
    }
    static override now(): number {
      return right() + ahead;
    }
  }
  window.Date = WrongDate as DateConstructor;
}

function listen(page: Page, complaints: string[], expects: RegExp | undefined): void {
  const expected = [SERVER_AWAY, ...NOT_PROJECTED_YET, ...(expects === undefined ? [] : [expects])];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('crash', () => complaints.push('the page crashed'));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const complaint = `${message.text()} from ${message.location().url}`;
    if (!expected.some((pattern) => pattern.test(complaint))) complaints.push(complaint);
  });
}
