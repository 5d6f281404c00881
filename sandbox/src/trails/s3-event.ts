import type { DeleteObjectsOutput, DeleteObjectsRequest } from "@aws-sdk/client-s3";
import type { ApiCall } from "../services/cloudtrail/api-call";
import type { RecordResource } from "./record";

/** What is told of a call of S3 beside what every event has: what was asked, what was answered, how, and of what. */

const XML_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const CIPHER_SUITE = "TLS_AES_128_GCM_SHA256";

/** Headers of a request that are parameters of the operation. */
const PARAMETER_HEADER =
  /^x-amz-(?!date$|content-sha256$|security-token$|user-agent$|decoded-content-length$|trailer$|sdk-|checksum-|te$)/;
const SECRET_HEADER = /customer-key$/;
const SIGNATURE_KEY =
  /^(x-amz-(algorithm|credential|date|signature|signedheaders|security-token|content-sha256)|awsaccesskeyid|signature)$/i;
/** Documents that can hold a thousand keys or parts. "CloudTrail does not log key names" of DeleteObjects. */
const UNTOLD_DOCUMENTS: ReadonlySet<string> = new Set(["Delete", "MultipartUpload"]);

export function s3Parameters(call: ApiCall): Record<string, unknown> {
  const { input, request } = call;
  const { headers, labels, query } = request;
  const parameters: Record<string, unknown> = {};
  if (labels["Bucket"] !== undefined) parameters["bucketName"] = labels["Bucket"];
  parameters["Host"] = headers["host"] ?? "";
  for (const [name, value] of query) {
    if (!SIGNATURE_KEY.test(name)) parameters[name] = value;
  }
  for (const [name, value] of Object.entries(headers)) {
    if (PARAMETER_HEADER.test(name) && !SECRET_HEADER.test(name)) parameters[name] = value;
  }
  if (labels["Key"] !== undefined) parameters["key"] = labels["Key"];
  Object.assign(parameters, documentOf(call, input ?? {}));
  return parameters;
}

/** The XML or JSON document in the body of a request, under the name of its element. */
function documentOf({ operation }: ApiCall, input: object): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (UNTOLD_DOCUMENTS.has(name)) continue;
    if (operation === "PutBucketPolicy" && name === "Policy") {
      document["bucketPolicy"] = parsedPolicy(value);
    } else if (isDocument(value) && name !== "Metadata") {
      document[name] = { xmlns: XML_NAMESPACE, ...value };
    }
  }
  return document;
}

function isDocument(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  );
}

function parsedPolicy(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    // A malformed policy is refused; the record has what was sent.
    if (error instanceof SyntaxError) return String(text);
    throw error;
  }
}

/** Headers that say what a change has made; null for what changes nothing and for what was refused. */
export function s3Elements(call: ApiCall, isReadOnly: boolean): Record<string, string> | null {
  if (isReadOnly || call.error !== undefined) return null;
  const told = Object.entries(call.answer.headers).filter(
    ([name]) => name.startsWith("x-amz-") && name !== "x-amz-request-id" && name !== "x-amz-id-2",
  );
  return told.length === 0 ? null : Object.fromEntries(told);
}

export function s3AdditionalData(call: ApiCall, presentsTls: boolean): object {
  const { answer, hostId, request } = call;
  const isSigned = request.signature !== "none";
  return {
    ...(isSigned ? { SignatureVersion: request.signatureVersion } : {}),
    ...(presentsTls ? { CipherSuite: CIPHER_SUITE } : {}),
    bytesTransferredIn: request.bodyBytes,
    ...(isSigned ? { AuthenticationMethod: AUTHENTICATION[request.signature] } : {}),
    "x-amz-id-2": hostId,
    bytesTransferredOut: answer.bodyBytes,
  };
}

const AUTHENTICATION: Readonly<Record<ApiCall["request"]["signature"], string | undefined>> = {
  header: "AuthHeader",
  query: "QueryString",
  form: "HtmlForm",
  none: undefined,
};

export function tlsDetails(call: ApiCall): object {
  return {
    tlsVersion: "TLSv1.3",
    cipherSuite: CIPHER_SUITE,
    clientProvidedHostHeader: call.request.headers["host"] ?? "",
  };
}

/**
 * What a call is about. A data event without a key is about all objects whose ARNs begin with the bucket's and the prefix.
 * @param ownerAccountId empty where the record must not tell whose the bucket is
 */
export function s3Resources(
  call: ApiCall,
  isData: boolean,
  ownerAccountId: string | undefined,
): readonly RecordResource[] | undefined {
  const { Bucket: bucketName, Key: key } = call.request.labels;
  if (bucketName === undefined) return undefined;
  const arn = `arn:aws:s3:::${bucketName}`;
  const bucket: RecordResource = { accountId: ownerAccountId, type: "AWS::S3::Bucket", ARN: arn };
  if (!isData) return [bucket];
  const object: RecordResource =
    key === undefined
      ? { type: "AWS::S3::Object", ARNPrefix: `${arn}/${call.request.query.get("prefix") ?? ""}` }
      : { type: "AWS::S3::Object", ARN: `${arn}/${key}` };
  return [object, bucket];
}

/**
 * The deletions of a DeleteObjects, each an event of its own beside that of the call (seen in records of 2026). They have the
 * call's request and id.
 */
export function deletionsOf(call: ApiCall): readonly ApiCall[] {
  if (call.operation !== "DeleteObjects" || call.error !== undefined) return [];
  const objects = (call.input as DeleteObjectsRequest | undefined)?.Delete?.Objects ?? [];
  const { Errors: failures = [] } = (call.output ?? {}) as DeleteObjectsOutput;
  return objects.map(({ Key: key = "", VersionId: versionId }) => {
    const failure = failures.find((one) => one.Key === key && one.VersionId === versionId);
    const query = new URLSearchParams(versionId === undefined ? {} : { versionId });
    return {
      ...call,
      operation: "DeleteObject",
      input: undefined,
      output: undefined,
      error:
        failure === undefined
          ? undefined
          : { code: failure.Code ?? "", message: failure.Message ?? "" },
      request: {
        ...call.request,
        query,
        labels: { ...call.request.labels, Key: key },
        bodyBytes: 0,
      },
      answer: { headers: {}, bodyBytes: 0 },
    };
  });
}
