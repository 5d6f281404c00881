import type { RawRequest } from "../raw-request";
import { missingField } from "./errors";
import { readFormData, type FormFile } from "./form-data";

/**
 * A browser's upload by form (`PostObject`): what PutObject takes from headers stands in fields.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export interface FormUpload {
  readonly key: string;
  /** Values by lower-cased name, `${filename}` filled in. */
  readonly values: ReadonlyMap<string, string>;
  /** Names as the form writes them, by lower-cased name. */
  readonly names: ReadonlyMap<string, string>;
  readonly file: FormFile;
  /** The request as PutObject would have it: headers from fields, the file as body. */
  readonly headers: Record<string, string | undefined>;
}

/** Fields that stand for the header of their name, beside those that begin with `x-amz-`. */
const HEADER_FIELDS = new Set([
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-md5",
  "content-type",
  "expires",
]);

/** Headers of the request itself that say who sends it and from where. */
const KEPT_HEADERS = ["host", "origin", "referer", "user-agent"];

/** Fields that sign the form. */
const SIGNING_FIELDS = new Set([
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-signature",
]);

/** Fields whose header has another name. */
const RENAMED: Readonly<Record<string, string>> = {
  acl: "x-amz-acl",
  "x-amz-checksum-algorithm": "x-amz-sdk-checksum-algorithm",
};

/** @throws AwsError for a body that is no form, has no file or no key */
export function readFormUpload(request: RawRequest): FormUpload {
  const { fields, file } = readFormData(request.headers["content-type"], request.body);
  const values = new Map<string, string>();
  const names = new Map<string, string>();
  const headers: Record<string, string | undefined> = {};
  for (const name of KEPT_HEADERS) headers[name] = request.headers[name];
  for (const [lower, field] of fields) {
    const value = expanded(field.value.toString("utf8"), file);
    values.set(lower, value);
    names.set(lower, field.name);
    const header = headerOf(lower);
    // An empty field is as none: browsers send every field of a form.
    if (header !== undefined && value !== "") {
      headers[header] = Buffer.from(value, "utf8").toString("latin1");
    }
  }
  const key = values.get("key") ?? "";
  if (key === "") throw missingField("key");
  return { key, values, names, file, headers };
}

/** The variable stays as it is where the part of the file gives no name (recorded, against the user guide). */
function expanded(value: string, file: FormFile): string {
  const { name } = file;
  return name === undefined ? value : value.replaceAll("${filename}", () => name);
}

function headerOf(field: string): string | undefined {
  const renamed = RENAMED[field];
  if (renamed !== undefined) return renamed;
  if (HEADER_FIELDS.has(field)) return field;
  return field.startsWith("x-amz-") && !SIGNING_FIELDS.has(field) ? field : undefined;
}
