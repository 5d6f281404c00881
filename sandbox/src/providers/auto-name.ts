import { createHash } from "node:crypto";

/**
 * A physical name out of the resource's name: `records` becomes `records-3f9a1c2`. The same seed gives the same name,
 * so preview and update agree.
 */
export function autoName(name: string, seed: Uint8Array, maxLength: number): string {
  const suffix = createHash("sha256").update(name).update(seed).digest("hex").slice(0, 7);
  return `${name.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
}
