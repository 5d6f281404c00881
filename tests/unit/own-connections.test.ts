/** An engine that is given the port of an earlier one, as the system does once in thousands of runs. */

import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import * as runtime from "@pulumi/pulumi/runtime";
import { expect } from "chai";
import { useOwnConnections } from "../../automation/engine/own-connections";

// Pulumi's own copy of it.
const grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js") as typeof Grpc;

const whole = (bytes: Buffer): Buffer => bytes;
const PATH = "/engine/ask";

describe("connections to the engine", () => {
  const servers: Grpc.Server[] = [];
  const clients: Grpc.Client[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.forceShutdown();
    for (const client of clients.splice(0)) client.close();
  });

  async function engineAt(port: number): Promise<number> {
    const server = new grpc.Server();
    servers.push(server);
    const definition = {
      path: PATH,
      requestStream: false,
      responseStream: false,
      requestSerialize: whole,
      requestDeserialize: whole,
      responseSerialize: whole,
      responseDeserialize: whole,
    } as const;
    const answer: Grpc.handleUnaryCall<Buffer, Buffer> = (call, done) => done(null, call.request);
    server.addService({ ask: definition }, { ask: answer });
    return new Promise((resolve, reject) =>
      server.bindAsync(
        `127.0.0.1:${port}`,
        grpc.ServerCredentials.createInsecure(),
        (error, bound) => (error === null ? resolve(bound) : reject(error)),
      ),
    );
  }

  /** Asks the engine as Pulumi's own clients are made; answers what it says, or why it does not. */
  function clientOf(port: number): () => Promise<string> {
    const { grpcClientOptions } = runtime as { grpcClientOptions?: object };
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      ...grpcClientOptions,
    });
    clients.push(client);
    return () =>
      new Promise((resolve) =>
        client.makeUnaryRequest<Buffer, Buffer>(
          PATH,
          whole,
          whole,
          Buffer.from("here"),
          (error, value) => resolve(error === null ? String(value) : error.message),
        ),
      );
  }

  it("are not those of a run whose engine is gone, though it had the same port", async () => {
    useOwnConnections();
    const port = await engineAt(0);
    const first = clientOf(port);
    expect(await first()).to.equal("here");
    servers.pop()?.forceShutdown();
    let told = "";
    while (!told.includes("ECONNREFUSED")) told = await first();
    await engineAt(port);
    expect(await clientOf(port)()).to.equal("here");
  });
});
