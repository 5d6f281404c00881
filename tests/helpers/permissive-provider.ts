/**
 * A provider that takes whatever it is given and makes nothing: for previews of programs that the stand-ins of the sandbox would
 * refuse. The engine reaches it by `PULUMI_DEBUG_PROVIDERS`.
 */

import * as grpc from "@grpc/grpc-js";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;
type Answer<Response> = grpc.sendUnaryData<Response>;

export class PermissiveProvider {
  private constructor(
    readonly port: number,
    readonly server: grpc.Server,
  ) {}

  static async start(): Promise<PermissiveProvider> {
    const server = new grpc.Server();
    server.addService(ResourceProviderService as unknown as grpc.ServiceDefinition, {
      getPluginInfo: (_call: Call<unknown>, answer: Answer<PluginInfo>) => {
        const info = new PluginInfo();
        info.setVersion("7.48.0");
        answer(null, info);
      },
      attach: nothing,
      configure: (_call: Call<unknown>, answer: Answer<provider.ConfigureResponse>) => {
        const response = new provider.ConfigureResponse();
        response.setAcceptsecrets(true);
        response.setSupportspreview(true);
        answer(null, response);
      },
      checkConfig: checked,
      diffConfig: (_call: Call<unknown>, answer: Answer<provider.DiffResponse>) =>
        answer(null, new provider.DiffResponse()),
      check: checked,
      diff: (_call: Call<unknown>, answer: Answer<provider.DiffResponse>) =>
        answer(null, new provider.DiffResponse()),
      create: (
        { request }: Call<provider.CreateRequest>,
        answer: Answer<provider.CreateResponse>,
      ) => {
        const response = new provider.CreateResponse();
        response.setProperties(request.getProperties());
        answer(null, response);
      },
    });
    const port = await new Promise<number>((bound, failed) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, found) =>
        error === null ? bound(found) : failed(error),
      );
    });
    return new PermissiveProvider(port, server);
  }

  close(): void {
    this.server.forceShutdown();
  }
}

/** `Empty` has to be of the copy of its package that `@pulumi/pulumi` uses. */
function nothing(_call: Call<unknown>, answer: Answer<unknown>): void {
  const { attach } = ResourceProviderService as unknown as {
    attach: { responseType: new () => unknown };
  };
  answer(null, new attach.responseType());
}

function checked(
  { request }: Call<provider.CheckRequest>,
  answer: Answer<provider.CheckResponse>,
): void {
  const response = new provider.CheckResponse();
  response.setInputs(request.getNews());
  answer(null, response);
}
