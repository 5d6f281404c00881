/**
 * The first attempt at a HEAD, past the SDK's chain of middleware but with the parts that the chain would use: the client's
 * credentials and clock, its connections, its protocol, its strategy of retries. Nearly every HEAD needs no second
 * attempt. Whatever else comes of it goes into the chain, which finds it in place of its own first answer: what is tried again,
 * how long is waited before that, and what is thrown in the end, is decided there.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { HeadObject$, type HeadObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { HttpRequest, type HttpResponse } from "@smithy/core/protocols";
import { operation } from "@smithy/core/schema";
import type {
  BuildHandlerOutput,
  ClientProtocol,
  HandlerExecutionContext,
  SerdeFunctions,
} from "@smithy/types";
import { dateOf } from "./aws-date";
import type { FoundAnswer } from "./found-answers";
import { isThrottled } from "./pace-heads";
import type { Paces } from "./request-pace";
import { HeadSigner } from "./sign-head";

/** What came of a first attempt. */
export type FirstHead =
  | BuildHandlerOutput<HeadObjectCommandOutput>
  /** For the chain to find. */
  | { readonly found: FoundAnswer }
  /** Refused for a reason that may be the caller's keys or clock: the chain asks for itself. */
  | "ask-again";

/** Where a HEAD goes. */
export interface Place {
  /** Encoded as it is sent. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Makes a first attempt, when its prefix has a place for it. */
export type SendFirst = (place: Place, prefix: string) => Promise<FirstHead>;

/** What the first attempts of a bucket have in common. */
export interface FirstHeads {
  readonly client: S3Client;
  /** A HEAD with all that any other one has as well. */
  readonly prepared: HttpRequest;
  /** Of the prepared one. */
  readonly context: HandlerExecutionContext;
  /** That HEADs of the bucket are signed for. */
  readonly region: string;
  readonly paces: Paces;
  readonly signal: AbortSignal | undefined;
}

/** @returns undefined for a client with parts that are not the SDK's for Node */
export async function firstHeads(heads: FirstHeads): Promise<SendFirst | undefined> {
  const { client, paces, signal } = heads;
  const strategy = await client.config.retryStrategy();
  if (!("acquireInitialRetryToken" in strategy)) return undefined;
  if (client.config.requestHandler.metadata?.handlerProtocol !== "http/1.1") return undefined;
  const send = await sender(heads);
  const read = reader(heads);
  const retryScope = String(heads.context["partition_id"] ?? "");
  return async (place, prefix) => {
    const token = await strategy.acquireInitialRetryToken(retryScope);
    let response: HttpResponse;
    try {
      response = await paces.pass(prefix, signal, () => send(place), {
        ofResult: ({ statusCode }) => (isThrottled(statusCode) ? "throttled" : "answered"),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      return { found: () => Promise.reject(error as Error) };
    }
    const found = { found: () => Promise.resolve({ response }) };
    if (!isPlain(response)) return saysOfVersion(response) ? found : "ask-again";
    try {
      const output = await read(response);
      Object.assign(output.$metadata, { attempts: 1, totalRetryDelay: 0 });
      strategy.recordSuccess(token);
      return { response, output };
    } catch {
      // The chain cannot read it either, and says so as it does.
      return found;
    }
  };
}

/** Signs and sends as the SDK does, and learns from each answer what time it is at the other end. */
async function sender({ client, prepared, region, signal }: FirstHeads) {
  const { config } = client;
  const followsClock = !(await config.disableClockSkewCorrection());
  const attempt = `attempt=1; max=${await config.maxAttempts()}`;
  const signer = new HeadSigner({ ...prepared.headers, "amz-sdk-request": attempt }, region);
  const options = signal === undefined ? {} : { abortSignal: signal };
  return async ({ path, query }: Place): Promise<HttpResponse> => {
    const credentials = await config.credentials();
    const epochMs = Date.now() + (followsClock ? config.systemClockOffset : 0);
    const headers = signer.sign(credentials, { path, query, epochMs });
    headers["amz-sdk-invocation-id"] = randomUUID();
    const request = new HttpRequest({ ...prepared, path, query, headers });
    const { response } = await config.requestHandler.handle(request, options);
    const answeredEpochMs = dateOf(response);
    // What a cache hands out tells the time that it was then.
    if (followsClock && answeredEpochMs !== undefined && response.headers["age"] === undefined) {
      config.systemClockOffset = answeredEpochMs - Date.now();
    }
    return withoutBody(response);
  };
}

/** The answer to a HEAD has none; that it ended is what frees the connection. */
function withoutBody(response: HttpResponse): HttpResponse {
  if (response.body instanceof Readable) response.body.resume();
  response.body = new Uint8Array();
  return response;
}

/** A date that the SDK has a middleware for may be none. */
function isPlain({ headers, statusCode }: HttpResponse): boolean {
  return statusCode === 200 && headers["expires"] === undefined;
}

/** Neither the keys nor the clock of the caller, nor the address that was asked, can be what such an answer is about. */
function saysOfVersion({ statusCode }: HttpResponse): boolean {
  return [200, 404, 405, 429].includes(statusCode) || statusCode >= 500;
}

function reader({ client, context }: FirstHeads) {
  const [, namespace, name, traits, input, output] = HeadObject$;
  const schema = operation(namespace, name, traits, input, output);
  // The SDK's types do not tell of its protocol, which each client has.
  const config = client.config as typeof client.config & {
    readonly protocol: ClientProtocol<HttpRequest, HttpResponse>;
  } & SerdeFunctions;
  const whole = { ...config, ...context };
  return (response: HttpResponse): Promise<HeadObjectCommandOutput> =>
    config.protocol.deserializeResponse(schema, whole, response);
}
