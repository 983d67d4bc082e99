/** Hiding and showing of a tab. */
import type { Page } from 'playwright-core';

/**
 * Hides a tab as browsers do: the page gets the event, and is painted no more. A headless browser has no other tab to show,
 * so the event is sent in its place; with `freeze` the browser itself stops the page's timers and handlers, too.
 */
export async function leaveTab(page: Page, freeze = false): Promise<void> {
  await page.evaluate(() => {
    const held = new Map<number, FrameRequestCallback>();
    const paint = window.requestAnimationFrame;
    const unpaint = window.cancelAnimationFrame;
    let last = 0;
    window.requestAnimationFrame = (callback) => {
      held.set(--last, callback);
      return last;
    };
    window.cancelAnimationFrame = (id) => void (held.delete(id) || unpaint(id));
    const become = (visibility: DocumentVisibilityState) => {
      Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
      Object.defineProperty(document, 'hidden', { value: visibility === 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    become('hidden');
    document.addEventListener(
      'come-back',
      () => {
        window.requestAnimationFrame = paint;
        window.cancelAnimationFrame = unpaint;
        for (const callback of held.values()) paint(callback);
        become('visible');
      },
      { once: true },
    );
  });
  if (freeze) await setLifecycle(page, 'frozen');
}

export async function comeBack(page: Page): Promise<void> {
  await setLifecycle(page, 'active');
  await page.evaluate(() => document.dispatchEvent(new Event('come-back')));
}

async function setLifecycle(page: Page, state: 'frozen' | 'active'): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state });
  await session.detach();
}
