import type * as Athena from "@aws-sdk/client-athena";
import * as cloudControl from "@aws-sdk/client-cloudcontrol";
import type * as CloudTrail from "@aws-sdk/client-cloudtrail";
import * as cloudWatch from "@aws-sdk/client-cloudwatch";
import * as eventBridge from "@aws-sdk/client-eventbridge";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as s3 from "@aws-sdk/client-s3";
import * as s3Control from "@aws-sdk/client-s3-control";
import * as sns from "@aws-sdk/client-sns";
import * as sts from "@aws-sdk/client-sts";
import type { SchemaRef } from "@smithy/types";
import type { ServiceName } from "../world/service-name";
import { shapeOf, type Shape } from "./shapes";

export type ProtocolName = "restXml" | "awsQuery" | "awsJson1_0" | "awsJson1_1" | "rpcV2Cbor";

/** A service as its AWS SDK client describes it. */
export interface ServiceModel {
  readonly service: ServiceName;
  /** What its SDK client speaks. */
  readonly protocol: ProtocolName;
  /** All that the service can be spoken to in; the form of a request tells them apart. */
  readonly protocols: readonly ProtocolName[];
  /** It answers the error codes of the query protocol whatever it is spoken to in. */
  readonly isQueryCompatible: boolean;
  /** `com.amazonaws.cloudwatch`: before the names of shapes. */
  readonly namespace: string;
  readonly xmlNamespace: string;
  /** `2010-05-08`: the `Version` of the query protocol. */
  readonly version: string;
  /** Before the dot in `X-Amz-Target`. */
  readonly targetPrefix: string;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** Errors by the code on the wire. */
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

export interface OperationModel {
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
  /** REST protocols only. */
  readonly http?: HttpBinding;
  /** The schema says that the request carries a checksum of its body. */
  readonly hasBodyChecksum: boolean;
}

export interface HttpBinding {
  readonly method: string;
  /** Path segments; a label is `{Name}`, or `{Name+}` when it takes the rest of the path. */
  readonly segments: readonly string[];
  /** Keys that the query must have, with the value when the schema gives one. `x-id` is left out: clients may omit it. */
  readonly query: readonly (readonly [key: string, value: string])[];
  readonly statusCode: number;
}

export interface ErrorModel {
  readonly name: string;
  /** The code of the query protocol; the name where it has none of its own. */
  readonly queryCode: string;
  readonly statusCode?: number;
  /** `message` or `Message`. */
  readonly messageMember: string;
}

interface ProtocolSettings {
  readonly xmlNamespace?: string;
  readonly version?: string;
  readonly serviceTarget?: string;
  readonly defaultNamespace?: string;
  readonly awsQueryCompatible?: boolean;
}

interface SdkClient {
  readonly config: {
    readonly protocol: unknown;
    readonly protocolSettings?: unknown;
  };
  destroy(): void;
}

/** Any Region: only the protocol is read from these clients, which never send a request. */
const CLIENT_CONFIG = { region: "us-east-1" };

/** Loaded when the first trail is asked for: few sandboxes have one, and each would wait for it at its start. */
const cloudTrail = (): typeof CloudTrail =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would go past the loader of a clone
  require("@aws-sdk/client-cloudtrail") as typeof CloudTrail;

const MODULES: Readonly<Record<ServiceName, { exports: object; client: () => SdkClient }>> = {
  s3: { exports: s3, client: () => new s3.S3Client(CLIENT_CONFIG) },
  s3control: {
    exports: s3Control,
    client: () => new s3Control.S3ControlClient(CLIENT_CONFIG),
  },
  iam: { exports: iam, client: () => new iam.IAMClient(CLIENT_CONFIG) },
  sts: { exports: sts, client: () => new sts.STSClient(CLIENT_CONFIG) },
  kms: { exports: kms, client: () => new kms.KMSClient(CLIENT_CONFIG) },
  sns: { exports: sns, client: () => new sns.SNSClient(CLIENT_CONFIG) },
  eventbridge: {
    exports: eventBridge,
    client: () => new eventBridge.EventBridgeClient(CLIENT_CONFIG),
  },
  cloudcontrol: {
    exports: cloudControl,
    client: () => new cloudControl.CloudControlClient(CLIENT_CONFIG),
  },
  cloudwatch: {
    exports: cloudWatch,
    client: () => new cloudWatch.CloudWatchClient(CLIENT_CONFIG),
  },
  cloudtrail: {
    get exports() {
      return cloudTrail();
    },
    client: () => new (cloudTrail().CloudTrailClient)(CLIENT_CONFIG),
  },
  athena: {
    get exports() {
      return athena();
    },
    client: () => new (athena().AthenaClient)(CLIENT_CONFIG),
  },
};

/** Loaded when it is first asked for: few sandboxes are, and all would wait for it at their start. */
function athena(): typeof Athena {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a model is read within a request, `import()` is not
  return require("@aws-sdk/client-athena") as typeof Athena;
}

/**
 * A service that has moved on from the query protocol is spoken to in all of these: JSON by botocore and the SDK for
 * JavaScript, CBOR by the SDKs for Go and Java, forms by clients from before.
 */
const QUERY_COMPATIBLE_PROTOCOLS: readonly ProtocolName[] = ["awsJson1_0", "rpcV2Cbor", "awsQuery"];

/** Namespace of the base class of a client's errors, which is none of the service's. */
const SYNTHETIC = "smithy.ts.sdk.synthetic";

export const SERVICE_NAMES = Object.keys(MODULES) as readonly ServiceName[];

const models = new Map<ServiceName, ServiceModel>();

/** The model of a service, read from its SDK client on first use. */
export function serviceModel(service: ServiceName): ServiceModel {
  let model = models.get(service);
  if (model === undefined) {
    model = readModel(service);
    models.set(service, model);
  }
  return model;
}

function readModel(service: ServiceName): ServiceModel {
  const { exports, client: makeClient } = MODULES[service];
  const client = makeClient();
  const settings = (client.config.protocolSettings ?? {}) as ProtocolSettings;
  const protocol = protocolName(client.config.protocol);
  client.destroy();

  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, ErrorModel>();
  for (const [exportName, constant] of Object.entries(exports)) {
    if (!exportName.endsWith("$") || !Array.isArray(constant)) continue;
    if (constant[0] === 9) {
      const operation = readOperation(constant);
      operations.set(operation.name, operation);
    } else if (constant[0] === -3 && !String(constant[1]).startsWith(SYNTHETIC)) {
      const [code, error] = readError(constant);
      // Of two errors of one code, the one of that name goes before the other.
      if (!errors.has(code)) errors.set(code, error);
      // The JSON protocols write the shape's name where the query protocol has a code of its own.
      errors.set(error.name, error);
    }
  }
  return {
    service,
    protocol,
    protocols: settings.awsQueryCompatible === true ? QUERY_COMPATIBLE_PROTOCOLS : [protocol],
    isQueryCompatible: settings.awsQueryCompatible === true,
    namespace: settings.defaultNamespace ?? "",
    xmlNamespace: settings.xmlNamespace ?? "",
    version: settings.version ?? "",
    targetPrefix: settings.serviceTarget ?? "",
    operations,
    errors,
  };
}

function protocolName(protocol: unknown): ProtocolName {
  const id = (protocol as { getShapeId(): string }).getShapeId();
  const name = id.slice(id.indexOf("#") + 1);
  switch (name) {
    case "restXml":
    case "awsQuery":
    case "awsJson1_0":
    case "awsJson1_1":
      return name;
    default:
      throw new Error(`The AWS SDK speaks a protocol that the sandbox does not: ${id}`);
  }
}

function readOperation(constant: readonly unknown[]): OperationModel {
  const [, , name, traits, input, output] = constant;
  const record = (typeof traits === "object" && traits !== null ? traits : {}) as {
    http?: [string, string, number];
    httpChecksum?: unknown;
    httpChecksumRequired?: unknown;
  };
  return {
    name: String(name),
    input: shapeOf(input as SchemaRef),
    output: shapeOf(output as SchemaRef),
    http: record.http === undefined ? undefined : readHttp(record.http),
    hasBodyChecksum: record.httpChecksum !== undefined || record.httpChecksumRequired !== undefined,
  };
}

function readHttp([method, uri, statusCode]: [string, string, number]): HttpBinding {
  const [path = "/", query = ""] = uri.split("?");
  const keys = query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair): [string, string] => {
      const [key = "", value = ""] = pair.split("=");
      return [key, value];
    })
    .filter(([key]) => key !== "x-id");
  return {
    method,
    segments: path.split("/").filter((segment) => segment !== ""),
    query: keys,
    statusCode,
  };
}

function readError(constant: readonly unknown[]): [string, ErrorModel] {
  const [, , name, traits, members] = constant;
  const record = (typeof traits === "object" && traits !== null ? traits : {}) as {
    httpError?: number;
    awsQueryError?: [string, number];
  };
  const names = Array.isArray(members) ? members.map(String) : [];
  const model: ErrorModel = {
    name: String(name),
    queryCode: record.awsQueryError?.[0] ?? String(name),
    statusCode: record.awsQueryError?.[1] ?? record.httpError,
    messageMember: names.find((member) => member.toLowerCase() === "message") ?? "message",
  };
  return [model.queryCode, model];
}
