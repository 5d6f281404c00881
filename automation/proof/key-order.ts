/**
 * The order in which S3 lists keys: by the bytes of their UTF-8. That of strings here is by UTF-16 units, which differs once a
 * key has a character beyond U+FFFF: its surrogates are less than U+E000 to U+FFFF, and its bytes are not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html ("UTF-8 binary order")
 * @returns less than 0 where `one` comes first, 0 where they are equal
 */
export function compareKeys(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const unit = one.charCodeAt(index);
    const otherUnit = other.charCodeAt(index);
    if (unit !== otherUnit) return rank(unit) - rank(otherUnit);
  }
  return one.length - other.length;
}

const SURROGATES_START = 0xd800;
const SURROGATES_END = 0xe000;

/** Moves surrogates behind all other units. */
function rank(unit: number): number {
  const isSurrogate = unit >= SURROGATES_START && unit < SURROGATES_END;
  return isSurrogate ? unit + 0x10000 : unit;
}
