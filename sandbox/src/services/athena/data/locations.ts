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

/**
 * Objects below a location that Athena reads. It leaves out names that begin with `_` or `.`, markers of folders and
 * objects in S3 Glacier Flexible Retrieval; those in Deep Archive it tries to read.
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-table.html
 * @see https://dev.classmethod.jp/articles/athena-glacier-deep-archive-error/
 */
export function visibleObjects(caller: Caller, location: string): ListedObject[] {
  const { bucket, key } = requireS3Path(location);
  return caller.list(bucket, key).filter((object) => {
    const names = object.key.slice(key.length).split("/");
    const isHidden = names.some((name) => /^[_.]/.test(name));
    return !isHidden && !object.key.endsWith("/") && object.storageClass !== "GLACIER";
  });
}

/** The objects that symlink files name, a path a line. */
export function linkedPaths(caller: Caller, links: readonly ListedObject[]): S3Path[] {
  return links
    .flatMap(({ bucket, key }) => caller.read(bucket, key).toString("utf8").split(/\r?\n/))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(requireS3Path);
}
