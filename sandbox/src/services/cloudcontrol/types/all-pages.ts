/** Everything of a list that its service answers in pages. */
export function allPages<Page, Item>(
  fetch: (marker: string | undefined) => Page,
  read: (page: Page) => { items: readonly Item[] | undefined; next: string | undefined },
): Item[] {
  const all: Item[] = [];
  let marker: string | undefined;
  do {
    const { items, next } = read(fetch(marker));
    all.push(...(items ?? []));
    marker = next;
  } while (marker !== undefined && marker !== "");
  return all;
}
