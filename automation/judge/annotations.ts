/** Whether what is written on a version at its source is at the vault as well. Pure. */

/** One annotation, as one side has it. */
export interface Annotation {
  readonly sizeBytes: number;
  /** SHA-256 of the payload: an ETag is no digest under a KMS key, and no page says what it is of an annotation. */
  readonly digest: string;
  readonly replicationStatus?: string;
}

/** By name. */
export type Annotations = ReadonlyMap<string, Annotation>;

/** Named one by one, so that a thousand of them are still one line. */
const NAMED_LIMIT = 3;

/**
 * What is not as it has to be, in words; undefined when all is. One that only the vault has was deleted at the source, where
 * nothing keeps it, and is no loss; unless replication did not bring it, for then somebody wrote it at the vault.
 */
export function annotationsProblem(
  source: Annotations,
  vault: Annotations,
  isBrought: (replicationStatus: string | undefined) => boolean,
): string | undefined {
  const missing: string[] = [];
  const different: string[] = [];
  for (const [name, { digest, sizeBytes }] of source) {
    const found = vault.get(name);
    if (found === undefined) missing.push(name);
    else if (found.digest !== digest || found.sizeBytes !== sizeBytes) different.push(name);
  }
  const foreign = [...vault].flatMap(([name, { replicationStatus }]) =>
    source.has(name) || isBrought(replicationStatus) ? [] : [name],
  );
  const parts = [
    words(missing, "not at the vault; written again at the source, replication brings it"),
    words(different, "another at the vault than at the source"),
    words(foreign, "at the vault alone, and not brought there by replication"),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Whether a source has some that are still on their way. */
export function arePending(source: Annotations): boolean {
  return [...source.values()].some(({ replicationStatus }) => replicationStatus === "PENDING");
}

function words(names: readonly string[], what: string): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, NAMED_LIMIT).map((name) => JSON.stringify(name));
  const rest = names.length - shown.length;
  const more = rest === 0 ? "" : ` and ${rest} more`;
  return `annotation ${shown.join(", ")}${more}: ${what}`;
}
