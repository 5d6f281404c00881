import { Readable } from "node:stream";
import * as athena from "@aws-sdk/client-athena";
import * as cloudControl from "@aws-sdk/client-cloudcontrol";
import * as cloudTrail from "@aws-sdk/client-cloudtrail";
import * as cloudWatch from "@aws-sdk/client-cloudwatch";
import * as eventBridge from "@aws-sdk/client-eventbridge";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as s3 from "@aws-sdk/client-s3";
import * as s3Control from "@aws-sdk/client-s3-control";
import * as sns from "@aws-sdk/client-sns";
import * as sts from "@aws-sdk/client-sts";
import { SmithyRpcV2CborProtocol } from "@smithy/core/cbor";
import { HttpResponse, type HttpRequest } from "@smithy/core/transport";
import { expect } from "chai";
import { AwsError } from "../../src/world/aws-error";
import type { ServiceName } from "../../src/world/service-name";
import { splitTarget, type RawRequest } from "../../src/pipeline/raw-request";
import { requestProtocol, routeOperation, routeService } from "../../src/pipeline/route";
import { readSignature } from "../../src/pipeline/signature-facts";
import { protocolOf } from "../../src/protocols";
import type { WireOutput } from "../../src/protocols/protocol";
import {
  serviceModel,
  type OperationModel,
  type ProtocolName,
} from "../../src/protocols/service-models";
import { valueOf } from "../helpers/schema-values";

/*
 * The guard on upgrades of the AWS SDK: every operation of the six clients is sent by the SDK with every member set,
 * read by the sandbox, answered with every member set, and read by the SDK. No handler and no socket is involved.
 */

interface Sender {
  readonly config: { endpointProvider?: unknown };
  send(command: object): Promise<Record<string, unknown>>;
}
type Exports = Record<string, unknown>;

const MODULES: Readonly<Record<ServiceName, { exports: Exports; clientName: string }>> = {
  s3: { exports: s3, clientName: "S3Client" },
  s3control: { exports: s3Control, clientName: "S3ControlClient" },
  iam: { exports: iam, clientName: "IAMClient" },
  sts: { exports: sts, clientName: "STSClient" },
  kms: { exports: kms, clientName: "KMSClient" },
  sns: { exports: sns, clientName: "SNSClient" },
  eventbridge: { exports: eventBridge, clientName: "EventBridgeClient" },
  cloudcontrol: { exports: cloudControl, clientName: "CloudControlClient" },
  cloudtrail: { exports: cloudTrail, clientName: "CloudTrailClient" },
  cloudwatch: { exports: cloudWatch, clientName: "CloudWatchClient" },
  athena: { exports: athena, clientName: "AthenaClient" },
};

/** Operations that are not part of what one endpoint of S3 serves, or answer with an event stream. */
const NOT_SERVED = new Set([
  "ListDirectoryBuckets",
  "WriteGetObjectResponse",
  "SelectObjectContent",
]);

/** Members that the SDK checks, rewrites or uses to choose an endpoint. `undefined`: left out. */
const FIXED: Readonly<Record<string, unknown>> = {
  AccountId: "111111111111",
  Bucket: "some-bucket",
  Key: "dir/a b+c/\u00e9\u{1f600}//..",
  CopySource: "other-bucket/key",
  ContentLength: undefined,
  // The SDK turns a customer's key into base64 and adds its MD5.
  SSECustomerKey: undefined,
  SSECustomerKeyMD5: undefined,
  CopySourceSSECustomerKey: undefined,
  // EventBridge: becomes part of the host, and asks for a signature of its own kind.
  EndpointId: undefined,
  CopySourceSSECustomerKeyMD5: undefined,
  // Sent as trailer or header by the SDK's checksum step, which accepts known names only.
  ChecksumAlgorithm: "CRC32",
  ChecksumMode: undefined,
  // A union of its own making in the SDK's request for the key.
  RequestTokenARN: "arn:aws:s3:us-west-2:111111111111:async-request/mrap/create/token",
  Metadata: { one: "metadata value" },
};

/** What the SDK derives from others, or S3 answers outside the schema. */
const OUTPUT_FIXED: Readonly<Record<string, unknown>> = {
  ...FIXED,
  ChecksumAlgorithm: undefined,
  Expires: undefined,
  ExpiresString: undefined,
};

/** The SDK's side of the protocols, for services that can be spoken to in several. */
const SDK_PROTOCOLS: Readonly<Partial<Record<ProtocolName, unknown>>> = {
  rpcV2Cbor: SmithyRpcV2CborProtocol,
  awsQuery: (new iam.IAMClient({}).config.protocol as object).constructor,
};

const SPOKEN = (Object.keys(MODULES) as ServiceName[]).flatMap((service) =>
  serviceModel(service).protocols.map((protocol) => ({ service, protocol })),
);

for (const { service, protocol } of SPOKEN) {
  describe(`schemas of ${service} in ${protocol}`, () => {
    const { exports } = MODULES[service];
    for (const operation of serviceModel(service).operations.values()) {
      if (NOT_SERVED.has(operation.name)) continue;
      it(`${operation.name} survives the way there and back`, async () => {
        await roundTrip(service, protocol, operation, exports);
      });
    }

    it("reports every modelled error under its own name", async () => {
      for (const [code, model] of serviceModel(service).errors) {
        const { isQueryCompatible } = serviceModel(service);
        const isNamed = protocol.startsWith("awsJson") || isQueryCompatible;
        if (isNamed && code !== model.name) continue;
        // IAM's wire code is not the shape's name; both lead to the same class.
        const error = new AwsError(code, model.statusCode ?? 400, "the message");
        const thrown = await failure(service, protocol, exports, error);
        const names = [code, model.name];
        // An older code may be the name of another error's shape: the SDK takes it for that one.
        if (isQueryCompatible) names.push(model.queryCode);
        expect(thrown.name, code).to.be.oneOf(names);
        expect(thrown.message, code).to.equal("the message");
      }
    });
  });
}

async function roundTrip(
  service: ServiceName,
  protocol: ProtocolName,
  operation: OperationModel,
  exports: Exports,
): Promise<void> {
  const input = (valueOf(operation.input, operation.name, FIXED) ?? {}) as object;
  const output = (valueOf(operation.output, operation.name, OUTPUT_FIXED) ?? {}) as object;
  let decoded: object | undefined;
  const client = clientWith(service, protocol, (request) => {
    expect(requestProtocol(service, request)).to.equal(protocol);
    const target = routeService(request, readSignature(request));
    expect(target).to.equal(service);
    const route = routeOperation(service, request);
    expect(route.operation.name).to.equal(operation.name);
    decoded = protocolOf(service, protocol).decodeInput(route.operation, {
      labels: route.labels,
      query: request.query,
      headers: request.headers,
      body: request.body,
    });
    return protocolOf(service, protocol).encodeOutput(operation, output, ids);
  });
  const answer = await client.send(command(exports, operation.name, input));
  expectContains(decoded, input, "input");
  delete answer["$metadata"];
  for (const [name, value] of Object.entries(answer)) {
    if (value instanceof Readable) {
      answer[name] = Buffer.concat((await value.toArray()) as Buffer[]);
    }
  }
  expectContains(answer, output, "output");
}

async function failure(
  service: ServiceName,
  protocol: ProtocolName,
  exports: Exports,
  error: AwsError,
): Promise<Error> {
  const [operation] = serviceModel(service).operations.values();
  if (operation === undefined) throw new Error("There is no operation.");
  const client = clientWith(service, protocol, () =>
    protocolOf(service, protocol).encodeError(error, ids),
  );
  const input = (valueOf(operation.input, operation.name, FIXED) ?? {}) as object;
  try {
    await client.send(command(exports, operation.name, input));
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  throw new Error(`${error.code} was answered as a success.`);
}

const ids = { requestId: "REQUEST0", hostId: "host" };

function command(exports: Exports, operation: string, input: object): object {
  const constructor = exports[`${operation}Command`] as new (input: object) => object;
  return new constructor(input);
}

/** A client whose requests are answered in the process. */
function clientWith(
  service: ServiceName,
  protocol: ProtocolName,
  answer: (request: RawRequest) => WireOutput,
): Sender {
  const { exports, clientName } = MODULES[service];
  const constructor = exports[clientName] as new (config: object) => Sender;
  const client = new constructor({
    region: "us-west-2",
    ...(protocol === serviceModel(service).protocol ? {} : { protocol: SDK_PROTOCOLS[protocol] }),
    responseChecksumValidation: "WHEN_REQUIRED",
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
    forcePathStyle: true,
    requestHandler: {
      async handle(request: HttpRequest) {
        const output = answer(await rawRequest(request));
        const headers = { ...output.headers };
        const body = Readable.from([Buffer.from(output.body ?? "")]);
        const response = new HttpResponse({ statusCode: output.statusCode, headers, body });
        return { response };
      },
    },
  });
  // The endpoint rules look into ARNs and bucket names; here the values are none.
  if (service === "s3control")
    client.config.endpointProvider = () => ({
      url: new URL(HOST),
      headers: {},
      properties: {},
    });
  return client;
}

const HOST = "https://s3-control.us-west-2.amazonaws.com";

async function rawRequest(request: HttpRequest): Promise<RawRequest> {
  const query = Object.entries(request.query)
    .flatMap(([key, value]) => [value ?? []].flat().map((item) => [key, item] as const))
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join("&");
  const { rawPath } = splitTarget(request.path);
  const headers: Record<string, string | undefined> = { host: request.hostname };
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  return {
    method: request.method,
    rawPath,
    rawQuery: query,
    query: new URLSearchParams(query),
    headers,
    body: await bodyOf(request.body),
    remoteAddress: "127.0.0.1",
  };
}

async function bodyOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (body instanceof Readable) return Buffer.concat((await body.toArray()) as Buffer[]);
  return Buffer.from(body as string | Uint8Array);
}

/** Every member of `expected` is in `actual`; the SDK may add some of its own. */
function expectContains(actual: unknown, expected: unknown, path: string): void {
  if (expected instanceof Uint8Array) {
    expect(Buffer.from(actual as Uint8Array), path).to.deep.equal(Buffer.from(expected));
  } else if (expected instanceof Date) {
    expect(actual, path).to.deep.equal(expected);
  } else if (Array.isArray(expected) && expected.length === 0) {
    // A flattened list without items leaves no trace in XML.
    expect(actual ?? [], path).to.deep.equal([]);
  } else if (Array.isArray(expected)) {
    expect(actual, path).to.be.an("array").with.lengthOf(expected.length);
    for (const [index, item] of expected.entries()) {
      expectContains((actual as unknown[])[index], item, `${path}[${index}]`);
    }
  } else if (typeof expected === "object" && expected !== null) {
    expect(actual, path).to.be.an("object");
    for (const [name, item] of Object.entries(expected)) {
      expectContains((actual as Record<string, unknown>)[name], item, `${path}.${name}`);
    }
  } else {
    expect(actual, path).to.equal(expected);
  }
}
