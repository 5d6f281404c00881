import type { Tag } from "@aws-sdk/client-s3";
import { invalidArgument, invalidTag, malformedXml, tooManyObjectTags } from "../errors";

/** Limits of object tags: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAXIMUM_TAGS_COUNT = 10;
const MAXIMUM_KEY_LENGTH = 128;
const MAXIMUM_VALUE_LENGTH = 256;
const ALLOWED_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * The tags of an `x-amz-tagging` header: `name=value&name=value`, URL-encoded.
 * @throws AwsError InvalidArgument, InvalidTag, BadRequest
 */
export function tagsFromHeader(
  header: string | undefined,
): ReadonlyMap<string, string> | undefined {
  if (header === undefined || header === "") return undefined;
  // URLSearchParams lets a broken escape stand; S3 does not.
  if (/%(?![0-9A-Fa-f]{2})/.test(header)) throw badHeader(header);
  // What separates names from values, and a comma, stand for themselves only when they are encoded (recorded of the comma).
  if (header.split("&").some((pair) => /,|=.*=/.test(pair))) throw badHeader(header);
  const tags: Tag[] = [];
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(header)) {
    if (name === "" || seen.has(name)) throw badHeader(header);
    seen.add(name);
    tags.push({ Key: name, Value: value });
  }
  return checkedTags(tags);
}

/**
 * The tags of a `Tagging` document.
 * @throws AwsError MalformedXML, InvalidTag, BadRequest
 */
export function checkedTags(tagSet: readonly Partial<Tag>[]): ReadonlyMap<string, string> {
  if (tagSet.length > MAXIMUM_TAGS_COUNT) throw tooManyObjectTags(MAXIMUM_TAGS_COUNT);
  const tags = new Map<string, string>();
  for (const { Key: name, Value: value } of tagSet) {
    if (name === undefined || value === undefined) throw malformedXml();
    if (tags.has(name)) {
      throw invalidTag("Cannot provide multiple Tags with the same key", { TagKey: name });
    }
    if (/^aws:/i.test(name)) {
      throw invalidTag("Your TagKey cannot be prefixed with aws:", { TagKey: name });
    }
    if (name === "" || name.length > MAXIMUM_KEY_LENGTH || !ALLOWED_CHARACTERS.test(name)) {
      throw invalidTag("The TagKey you have provided is invalid", { TagKey: name });
    }
    if (value.length > MAXIMUM_VALUE_LENGTH || !ALLOWED_CHARACTERS.test(value)) {
      throw invalidTag("The TagValue you have provided is invalid", {
        TagKey: name,
        TagValue: value,
      });
    }
    tags.set(name, value);
  }
  return tags;
}

function badHeader(header: string): Error {
  return invalidArgument(
    "x-amz-tagging",
    header,
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
  );
}
