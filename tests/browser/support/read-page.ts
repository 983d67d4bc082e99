/** Texts of a page, as people read them. */
import type { Locator, Page } from 'playwright-core';

/** Visible words of each row of a list, in the order of the page, without ages, which change by themselves. */
export function rowsOf(page: Page, list: string): Promise<string[][]> {
  return wordsOfEach(page.getByRole('list', { name: list, exact: true }).locator(':scope > li'));
}

/** Visible words of each of a task's events, newest first. */
export function eventRowsOf(page: Page): Promise<string[][]> {
  return wordsOfEach(page.locator('ol > li summary'));
}

/** Counters above a page's lists, by their names. */
export async function countersOf(page: Page): Promise<Record<string, number>> {
  const pairs = await wordsOfEach(page.locator('dl > div'));
  return Object.fromEntries(
    pairs.map(([name = '', value = '']) => [name, Number(value.replaceAll(',', ''))]),
  );
}

/** Word of the connection chip: `Live`, `Reconnecting in 3 s`, … */
export async function connectionOf(page: Page): Promise<string> {
  const chip = page.locator('header').getByText('Connection:').locator('..');
  return (await chip.textContent())?.replace('Connection: ', '') ?? '';
}

/** Words of each element: one for each innermost element in it, however many pieces of text that has. */
function wordsOfEach(elements: Locator): Promise<string[][]> {
  return elements.evaluateAll((found) =>
    found.map((root) => {
      const words = new Map<Element, string>();
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const { parentElement, textContent } = texts.currentNode;
        // A value of a sender is an element inside of its word.
        const element = parentElement?.closest(':not(bdi, bdi span)') ?? null;
        if (element === null || element.closest('time') !== null || !element.checkVisibility()) continue;
        words.set(element, (words.get(element) ?? '') + textContent);
      }
      return [...words.values()].map((word) => word.trim()).filter((word) => word !== '');
    }),
  );
}
