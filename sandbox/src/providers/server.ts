import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { initFailed } from "./init-failed";
import {
  PartialFailure,
  type CheckFailure,
  type LocalProvider,
  type PropertyChange,
  type ResourceDiff,
} from "./model";
import { changesBetween } from "./compare";
import { fromStruct, propertyPath, toStruct, type Properties } from "./values";

/**
 * Serves a provider to the Pulumi engine on a free loopback port, printed on stdout as the engine expects, until the
 * engine cancels, closes stdin or goes away.
 *
 * Neither secrets nor outputs are accepted, so that the engine unwraps them and marks outputs of secret inputs itself.
 */
export function serveProvider(provider: LocalProvider): void {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, handlersOf(provider));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      process.stderr.write(`${provider.name}: ${error.message}\n`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
  const stop = (): void => {
    server.forceShutdown();
    process.exit(0);
  };
  // The engine holds the other end of stdin: its end is the engine's end, however that came about.
  process.stdin.on("end", stop).on("error", stop).resume();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
}

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

/** A gRPC method out of an asynchronous function. */
function unary<Request, Response>(
  handle: (request: Request) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call: Call<Request>, callback) => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(serviceError(error), null),
      );
  };
}

function serviceError(error: unknown): Partial<grpc.StatusObject> {
  if (error instanceof PartialFailure) return initFailed(error);
  const details = error instanceof Error ? error.message : String(error);
  return { code: grpc.status.UNKNOWN, details };
}

function handlersOf(provider: LocalProvider): grpc.UntypedServiceImplementation {
  return {
    handshake: unary(() => new messages.ProviderHandshakeResponse()),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    // The engine closes stdin or kills afterwards.
    cancel: unary(() => {
      provider.cancel();
      return new Empty();
    }),

    checkConfig: unary((request: messages.CheckRequest) => {
      const config = fromStruct(request.getNews());
      return checkResponse(config, provider.checkConfig(config));
    }),
    diffConfig: unary((request: messages.DiffRequest) => {
      const changes = changesBetween(fromStruct(request.getOlds()), fromStruct(request.getNews()), {
        replaceOn: [],
      });
      return diffResponse({ changes, deleteBeforeReplace: false });
    }),
    configure: unary(async (request: messages.ConfigureRequest) => {
      await provider.configure(fromStruct(request.getArgs()));
      const response = new messages.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),

    check: unary(async (request: messages.CheckRequest) => {
      const { type, name } = parseUrn(request.getUrn());
      const resource = await provider.resource(type);
      const { inputs, failures } = resource.check({
        name,
        news: fromStruct(request.getNews()),
        olds: fromStruct(request.getOlds()),
        seed: request.getRandomseed_asU8(),
      });
      return checkResponse(inputs, failures);
    }),
    diff: unary(async (request: messages.DiffRequest) => {
      const resource = await provider.resource(parseUrn(request.getUrn()).type);
      return diffResponse(
        resource.diff(fromStruct(request.getOldInputs()), fromStruct(request.getNews())),
      );
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const resource = await provider.resource(parseUrn(request.getUrn()).type);
      const inputs = fromStruct(request.getProperties());
      const response = new messages.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(toStruct(resource.previewCreate(inputs)));
        return response;
      }
      const { id, outputs } = await resource.create(inputs);
      response.setId(id);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const resource = await provider.resource(parseUrn(request.getUrn()).type);
      const state = await resource.read(
        request.getId(),
        fromStruct(request.getInputs()),
        fromStruct(request.getProperties()),
      );
      const response = new messages.ReadResponse();
      // No id tells the engine that the resource is gone.
      if (state === undefined) return response;
      response.setId(request.getId());
      response.setInputs(toStruct(state.inputs));
      response.setProperties(toStruct(state.outputs));
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const resource = await provider.resource(parseUrn(request.getUrn()).type);
      const news = fromStruct(request.getNews());
      const oldOutputs = fromStruct(request.getOlds());
      const outputs = request.getPreview()
        ? resource.previewUpdate(news, oldOutputs)
        : await resource.update({
            id: request.getId(),
            oldInputs: fromStruct(request.getOldInputs()),
            oldOutputs,
            news,
          });
      const response = new messages.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const resource = await provider.resource(parseUrn(request.getUrn()).type);
      const inputs = request.hasOldInputs() ? request.getOldInputs() : request.getProperties();
      await resource.delete(request.getId(), fromStruct(inputs));
      return new Empty();
    }),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const response = new messages.InvokeResponse();
      response.setReturn(
        toStruct(await provider.invoke(request.getTok(), fromStruct(request.getArgs()))),
      );
      return response;
    }),
  };
}

function checkResponse(
  inputs: Properties,
  failures: readonly CheckFailure[],
): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

function diffResponse({ changes, deleteBeforeReplace }: ResourceDiff): messages.DiffResponse {
  const { DiffChanges } = messages.DiffResponse;
  const response = new messages.DiffResponse();
  response.setChanges(changes.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setDiffsList([...new Set(changes.map((change) => String(change.path[0])))]);
  response.setReplacesList(
    changes.filter((change) => change.replaces).map((change) => propertyPath(change.path)),
  );
  response.setDeletebeforereplace(deleteBeforeReplace && changes.some((change) => change.replaces));
  response.setHasdetaileddiff(true);
  for (const change of changes) {
    const detail = new messages.PropertyDiff();
    detail.setKind(kindOf(change));
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(propertyPath(change.path), detail);
  }
  return response;
}

function kindOf({ kind, replaces }: PropertyChange): messages.PropertyDiff.Kind {
  const { Kind } = messages.PropertyDiff;
  switch (kind) {
    case "add":
      return replaces ? Kind.ADD_REPLACE : Kind.ADD;
    case "delete":
      return replaces ? Kind.DELETE_REPLACE : Kind.DELETE;
    case "update":
      return replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE;
  }
}

/** `urn:pulumi:stack::project::parent$type::name`; the name may itself have `::`. */
function parseUrn(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
