/** What a page shows, as people read it. */
import type { Locator, Page } from 'playwright-core';

/** The visible words of each row of a list, in the order of the page, without ages, which change by themselves. */
export function rowsOf(page: Page, list: string): Promise<string[][]> {
  return wordsOfEach(page.getByRole('list', { name: list, exact: true }).locator(':scope > li'));
}

/** The same of a task's events, newest first. */
export function eventRowsOf(page: Page): Promise<string[][]> {
  return wordsOfEach(page.locator('ol > li summary'));
}

/** The counters above a page's lists, by their names. */
export async function countersOf(page: Page): Promise<Record<string, number>> {
  const pairs = await wordsOfEach(page.locator('dl > div'));
  return Object.fromEntries(
    pairs.map(([name = '', value = '']) => [name, Number(value.replaceAll(',', ''))]),
  );
}

/** The word of the connection chip: `Live`, `Reconnecting in 3 s`, … */
export async function connectionOf(page: Page): Promise<string> {
  const chip = page.locator('header').getByText('Connection:').locator('..');
  return (await chip.textContent())?.replace('Connection: ', '') ?? '';
}

function wordsOfEach(elements: Locator): Promise<string[][]> {
  return elements.evaluateAll((found) =>
    found.map((element) => {
      const words: string[] = [];
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const text = texts.currentNode.textContent?.trim() ?? '';
        const parent = texts.currentNode.parentElement;
        if (text !== '' && parent?.checkVisibility() && parent.closest('time') === null) words.push(text);
      }
      return words;
    }),
  );
}
