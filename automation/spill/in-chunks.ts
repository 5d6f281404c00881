const CHUNK_LENGTH = 64 * 1024;

/** Short texts together: a write for each line of a file would take most of the time. */
export function* inChunks(texts: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = "";
  }
  yield chunk;
}
