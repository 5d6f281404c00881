/**
 * Keys in manifests are URL-encoded; a literal `/` stays. A space becomes `%20` and a plus `%2B`, so that readers who
 * take `+` for a space and readers who do not come to the same key.
 */
export function encodeManifestKey(key: string): string {
  const encoded = encodeURIComponent(key).replaceAll("%2F", "/");
  // The same string twice would be kept twice, for each of maybe millions of tasks.
  return encoded === key ? key : encoded;
}

/** The key that a manifest means; undefined when it is not well encoded. */
export function decodeManifestKey(keyText: string): string | undefined {
  try {
    const key = decodeURIComponent(keyText.replaceAll("+", "%20"));
    return key === keyText ? keyText : key;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
