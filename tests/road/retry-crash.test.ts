import { DeleteBucketPolicyCommand, GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { dieAtEachRequest } from "../helpers/die-at-each-request";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

/** One job before, so that a crash which counted as an attempt would leave none. */
const RETRY = { retry: { maxAttempts: 2 } };

describe("a retry whose process dies", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());

  for (const when of ["before", "after"] as const) {
    it(`brings what failed with one job more, wherever it died ${when} a request took effect`, async () => {
      const seen = await dieAtEachRequest({
        when,
        make: (name) => withFailures(`retry-${name}`),
        run: (stack, clients = stack.clients) => stack.backfill({ ...RETRY, clients }),
        judge: async (stack, verdict, where) => {
          expect(verdict, where).to.include({ clean: true, proven: 2, failed: 0 });
          const jobs = await stack.jobs();
          expect(
            jobs.map(({ Status }) => Status),
            where,
          ).to.deep.equal(["Complete", "Complete"]);
        },
      });
      expect([...seen]).to.include.members([
        "CreateJobCommand",
        "UpdateJobStatusCommand",
        "PutObjectCommand",
      ]);
    });
  }

  it("makes one job more when two desks start at once", async () => {
    const stack = await withFailures("retry-race");
    const clients = await stack.otherClients();
    try {
      const verdicts = await Promise.all([
        stack.backfill(RETRY),
        stack.backfill({ ...RETRY, clients }),
      ]);
      for (const verdict of verdicts) expect(verdict).to.include({ clean: true, proven: 2 });
      expect(await stack.jobs()).to.have.length(2);
    } finally {
      clients.destroy();
      await stack.close();
    }
  });

  /** Its first job was refused by the vault, which lets replicas in again. */
  async function withFailures(name: string): Promise<HandMadeStack> {
    const stack = await HandMadeStack.make(sandbox, name, ["a", "b c"]);
    const { Bucket, s3 } = stack.atVault();
    const { Policy = "{}" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect(await stack.backfill()).to.include({ clean: false, failed: 2 });
    await stack.setVaultPolicy(JSON.parse(Policy) as object);
    return stack;
  }
});
