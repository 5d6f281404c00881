/** What is known of a version beside the listings, where its tags were asked for. */

import type { Tags } from "../judge/facts";
import type { ListedFacts } from "../judge/judge-listed";
import { codeAtSource } from "../judge/unread";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { ListedVersion } from "../proof/source-versions";
import type { LookOptions } from "./look";
import { findTags } from "./tags";
import { isUnreadable } from "./version-head";

/** What is known beside the listings. */
export interface KnownFacts extends ListedFacts {
  /** Of the version at the source, where they were read. */
  readonly tags?: Tags;
}

/** So many are asked for their tags: of the others nobody knows whether a rule wants them. */
export const TAGS_LIMIT = 10_000;

/** The tags that a version has at the source now, as a look in full goes by them. */
export async function readTags(
  version: ListedVersion,
  {
    clients,
    promise,
    signal,
  }: Pick<LookOptions, "clients" | "signal"> & { readonly promise: DeployedPromise },
): Promise<KnownFacts> {
  const found = await findTags(clients.source.s3, promise.source.bucketName, version, signal);
  if (!isUnreadable(found)) return { tags: found };
  return { tagsProblem: { code: codeAtSource(found), cause: found.cause } };
}
