import type { PutObjectOutput, PutObjectRequest, Tag } from "@aws-sdk/client-s3";
import type { Operation, RequestContext } from "../../../world/operation";
import { escapeXml, XML_DECLARATION } from "../../../protocols/xml-encode";
import { parseXml, XmlSyntaxError, type XmlElement } from "../../../protocols/xml-parse";
import { malformedXml } from "../errors";
import { required } from "./object-request";
import { putObject } from "./put-object";

/**
 * An upload by a browser's form: PutObject with an answer that the form chooses.
 *
 *     success_action_redirect (or redirect)   303 to that address, with bucket, key and etag in the query
 *     success_action_status 201               201 with a document
 *     success_action_status 200               200, empty
 *     anything else                           204
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export const postObject: Operation<PutObjectRequest, PutObjectOutput> = {
  access: (input, context) => putObject.access(withTags(input, context), context),

  handle(input, context) {
    const output = putObject.handle(withTags(input, context), context);
    const bucket = required(input.Bucket);
    const key = required(input.Key);
    const etag = required(output.ETag);
    const { response } = context;
    const location = locationOf(context, bucket, key);
    response.headers.location = location;
    const redirect = redirectTo(context, bucket, key, etag);
    const wantedStatus = context.http?.form?.get("success_action_status");
    if (redirect !== undefined) {
      response.statusCode = 303;
      response.headers.location = redirect;
    } else if (wantedStatus === "201") {
      response.statusCode = 201;
      response.headers["content-type"] = "application/xml";
      response.body =
        `${XML_DECLARATION}<PostResponse><Location>${escapeXml(location)}</Location>` +
        `<Bucket>${escapeXml(bucket)}</Bucket><Key>${escapeXml(key)}</Key>` +
        `<ETag>${escapeXml(etag)}</ETag></PostResponse>`;
    } else {
      response.statusCode = wantedStatus === "200" ? 200 : 204;
    }
    return output;
  },
};

/** The address by which the form was sent, with the key; unlike elsewhere its slashes are encoded (recorded). */
function locationOf(context: RequestContext, bucket: string, key: string): string {
  const host = context.http?.headers.host ?? "";
  const scheme = /\.amazonaws\.com(\.cn)?(:\d+)?$/.test(host) ? "https" : "http";
  const path = context.http?.rawPath ?? "/";
  const folder = path === "/" ? "" : `/${bucket}`;
  return `${scheme}://${host}${folder}/${encodeURIComponent(key)}`;
}

/** An address that is no absolute one of the web counts as none (recorded). */
function redirectTo(
  context: RequestContext,
  bucket: string,
  key: string,
  etag: string,
): string | undefined {
  const form = context.http?.form;
  const address = form?.get("success_action_redirect") ?? form?.get("redirect");
  if (address === undefined || !/^https?:\/\//i.test(address) || !URL.canParse(address)) {
    return undefined;
  }
  const query = new URLSearchParams({ bucket, key, etag }).toString();
  return `${address}${address.includes("?") ? "&" : "?"}${query}`;
}

/** The field `tagging` is a document, where PutObject has a header. */
function withTags(input: PutObjectRequest, context: RequestContext): PutObjectRequest {
  const document = context.http?.form?.get("tagging");
  if (document === undefined || document === "") return input;
  const pairs = tagsOf(document).map(({ Key, Value }): [string, string] => [
    Key ?? "",
    Value ?? "",
  ]);
  return { ...input, Tagging: new URLSearchParams(pairs).toString() };
}

/** A document of another kind has no tags (recorded). @throws AwsError MalformedXML */
function tagsOf(document: string): Tag[] {
  const root = parsed(document);
  const sets = root.name === "Tagging" ? childrenOf(root, "TagSet") : [];
  return sets
    .flatMap((set) => childrenOf(set, "Tag"))
    .map((tag) => ({
      Key: childrenOf(tag, "Key")[0]?.text,
      Value: childrenOf(tag, "Value")[0]?.text,
    }));
}

function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function parsed(document: string): XmlElement {
  try {
    return parseXml(document);
  } catch (error) {
    if (error instanceof XmlSyntaxError) throw malformedXml();
    throw error;
  }
}
