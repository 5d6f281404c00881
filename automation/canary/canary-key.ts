/** Where canaries lie in a bucket. Pure. */

/** The folder of the canaries of a rule: keys in it have the rule's prefix, and tell what they are. */
export function canaryFolder(rulePrefix: string): string {
  const separator = rulePrefix === "" || rulePrefix.endsWith("/") ? "" : "/";
  return `${rulePrefix}${separator}lockstep-canary/`;
}

/**
 * The key of one canary, as in `records/lockstep-canary/20261129T053000Z-4f1c09ab.json`.
 * @param random tells it from another one of the same second
 */
export function canaryKey(rulePrefix: string, writtenEpochMs: number, random: string): string {
  const time = new Date(writtenEpochMs).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
  return `${canaryFolder(rulePrefix)}${time}-${random}.json`;
}
