/** From this many characters on a block ends with the next line. */
const BLOCK_LENGTH = 262_144;

/**
 * Cuts CSV into blocks of whole lines, to be parsed one after the other. A line feed within quotes ends no line.
 * @param blockLength characters, from which on a block ends with the next line
 */
export function* blocksOfLines(text: string, blockLength = BLOCK_LENGTH): Generator<string, void> {
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    // A doubled quote within quotes switches twice.
    if (character === '"') isQuoted = !isQuoted;
    else if (character === "\n" && !isQuoted && index - start >= blockLength) {
      yield text.slice(start, index + 1);
      start = index + 1;
    }
  }
  yield text.slice(start);
}
