import type { Caller, ListedObject } from "../run/caller";
import { userError } from "../run/failure";

/** Where something lies in S3. */
export interface S3Path {
  readonly bucket: string;
  readonly key: string;
}

/** Undefined for what is no `s3://bucket/key`. */
export function parseS3Path(path: string): S3Path | undefined {
  const match = /^s3:\/\/([^/]+)(?:\/([\s\S]*))?$/.exec(path);
  const [, bucket, key = ""] = match ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}

/** @throws QueryFailed */
function requireS3Path(path: string): S3Path {
  const found = parseS3Path(path);
  if (found === undefined) throw userError(`FAILED: ${path} is no path in S3: s3://bucket/prefix/`);
  return found;
}

/** Classes whose objects Athena's engine of today skips; the one before tried those in Deep Archive, as was recorded in 2021. */
const SKIPPED_CLASSES: readonly string[] = ["GLACIER", "DEEP_ARCHIVE"];

/**
 * Objects below a location that Athena reads. It leaves out names that begin with `_` or `.`, markers of folders and archived objects, restored
 * ones too: a table's property that would change it is not acted on.
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-table.html
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html
 */
export function visibleObjects(caller: Caller, location: string): ListedObject[] {
  const { bucket, key } = requireS3Path(location);
  return caller.list(bucket, key).filter((object) => {
    const names = object.key.slice(key.length).split("/");
    const isHidden = names.some((name) => /^[_.]/.test(name));
    const isArchived = SKIPPED_CLASSES.includes(object.storageClass);
    return !isHidden && !isArchived && !object.key.endsWith("/");
  });
}

/** The objects that symlink files name, a path a line. That an archived one is tried, and fails the query, is assumed. */
export function linkedPaths(caller: Caller, links: readonly ListedObject[]): S3Path[] {
  return links
    .flatMap(({ bucket, key }) => caller.read(bucket, key).toString("utf8").split(/\r?\n/))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(requireS3Path);
}
