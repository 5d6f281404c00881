import { join } from "node:path";
import {
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
} from "@aws-sdk/client-cloudcontrol";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import * as native from "@pulumi/aws-native";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { installLocalProviders } from "lockstep-sandbox/providers";
import { pulumiCommand } from "../helpers/engine";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

describe("Stopping the engine while a resource is being made", function () {
  this.timeout(60_000);
  // Far longer than the test: only cancelling ends the request.
  const sandbox = useSandbox({ settings: { cloudControlDelayMs: 3_600_000 } });

  it("cancels the request, leaves nothing behind and says so", async () => {
    const folder = await sandbox().temporaryFolder();
    const home = join(folder, "home");
    await installLocalProviders(home);
    const { configFile } = await sandbox().writeAwsConfig(folder);
    const stack = await LocalWorkspace.createOrSelectStack(
      {
        stackName: "dev",
        projectName: "cancel",
        program: async () => {
          const provider = new native.Provider("vault", {
            region: "eu-central-1",
            profile: "vault",
          });
          new native.s3.Bucket("slow", { bucketName: "slow-bucket" }, { provider });
        },
      },
      {
        pulumiCommand: await pulumiCommand(),
        pulumiHome: home,
        workDir: await sandbox().temporaryFolder(),
        projectSettings: {
          name: "cancel",
          runtime: "nodejs",
          backend: { url: `file://${await sandbox().temporaryFolder()}` },
        },
        envVars: {
          PULUMI_CONFIG_PASSPHRASE: "",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          AWS_ENDPOINT_URL: sandbox().endpoint,
          AWS_CONFIG_FILE: configFile,
        },
      },
    );
    const stopping = new AbortController();
    const ended = stack.up({ signal: stopping.signal }).then(
      () => "succeeded",
      (error: unknown) => (error as Error).message,
    );
    await requestUnderWay();
    stopping.abort();
    expect(await ended).to.contain("CANCEL_COMPLETE");

    const { ResourceRequestStatusSummaries: requests = [] } = await client().send(
      new ListResourceRequestsCommand({}),
    );
    expect(requests.map((request) => request.OperationStatus)).to.deep.equal(["CANCEL_COMPLETE"]);
    const { Buckets: buckets = [] } = await sandbox().s3("vault").send(new ListBucketsCommand({}));
    expect(buckets).to.be.empty;
  });

  const client = () => sandbox().cloudcontrol("vault");

  /** Asks until the provider has started its request. */
  async function requestUnderWay(): Promise<void> {
    for (;;) {
      const { ResourceRequestStatusSummaries: found = [] } = await client().send(
        new ListResourceRequestsCommand({}),
      );
      const token = found[0]?.RequestToken;
      if (token === undefined) continue;
      const { ProgressEvent: event } = await client().send(
        new GetResourceRequestStatusCommand({ RequestToken: token }),
      );
      expect(event?.OperationStatus).to.equal("IN_PROGRESS");
      return;
    }
  }
});
