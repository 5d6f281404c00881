/**
 * Version ids: 32 characters, as AWS's are, of which the last six follow from the others. So it shows that a text cannot be
 * the id of any version, which S3 answers otherwise than for one that is gone.
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
const LENGTH = 32;
const CHECK_LENGTH = 6;

/** A fresh id. */
export function newVersionId(random: { string(length: number, alphabet: string): string }): string {
  const drawn = random.string(LENGTH - CHECK_LENGTH, ALPHABET);
  return drawn + checkOf(drawn);
}

/** Whether a version could ever have had the id. */
export function isVersionId(text: string): boolean {
  if (text === "null") return true;
  const drawnLength = LENGTH - CHECK_LENGTH;
  return text.length === LENGTH && checkOf(text.slice(0, drawnLength)) === text.slice(drawnLength);
}

/** FNV-1a, whose 32 bits six characters of the alphabet hold. */
function checkOf(drawn: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < drawn.length; index++) {
    hash = Math.imul(hash ^ drawn.charCodeAt(index), 0x01000193) >>> 0;
  }
  let check = "";
  for (let index = 0; index < CHECK_LENGTH; index++) {
    check += ALPHABET.charAt(hash & 63);
    hash >>>= 6;
  }
  return check;
}
