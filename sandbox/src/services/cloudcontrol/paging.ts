import * as errors from "./errors";

const DEFAULT_PAGE_SIZE = 20;

/**
 * One page of a list that stands still. The token says where the next one starts.
 * @throws InvalidRequestException for a token that no page gave
 */
export function page<Item>(
  all: readonly Item[],
  maxResults: number | undefined,
  token: string | undefined,
): { items: readonly Item[]; nextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, "base64").toString());
  if (!Number.isInteger(start) || start < 0) throw errors.invalidNextToken();
  const end = start + (maxResults ?? DEFAULT_PAGE_SIZE);
  return {
    items: all.slice(start, end),
    nextToken: end < all.length ? Buffer.from(String(end)).toString("base64") : undefined,
  };
}
