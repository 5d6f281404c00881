/**
 * A driver whose clock is wrong by an hour, in a world whose clock is right. AWS refuses a request whose date is more than 15
 * minutes off; the SDK takes the time of the answer and asks again.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */

import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { RequestLogEntry } from "lockstep-sandbox";
import { ACCOUNTS } from "../helpers/engine-project";
import { CliProject } from "../helpers/cli-project";

const HOUR_MS = 60 * 60 * 1000;
const SHIM = join(__dirname, "..", "helpers", "wrong-clock.cjs");
const SOURCE = "hour-records";
const VAULT = "hour-records-vault";
const config = {
  source: { ...ACCOUNTS.source, bucket: { name: SOURCE } },
  vaults: [
    {
      name: "primary",
      ...ACCOUNTS.vault,
      bucket: { name: VAULT },
      lock: { stage: "governance", retention: "30 days" },
    },
  ],
  rules: [{ name: "all", vault: "primary" }],
};

for (const [title, shiftMs] of [
  ["an hour ahead", HOUR_MS],
  ["an hour behind", -HOUR_MS],
] as const) {
  describe(`A driver whose clock is ${title}`, function () {
    this.timeout(600_000);
    const requests: RequestLogEntry[] = [];
    let project: CliProject;

    before(async () => {
      project = await CliProject.start(
        { log: (entry) => requests.push(entry) },
        {
          NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} --require ${JSON.stringify(SHIM)}`,
          LOCKSTEP_TEST_CLOCK_SHIFT_MS: String(shiftMs),
        },
      );
      await project.write(config);
    });
    after(() => project?.close());

    it("promises locks from AWS's date on, backfills what is there, and proves it", async () => {
      const startedMs = Date.now();
      await project.succeed(["up", "--yes"]);
      expect(requests.filter(({ errorCode }) => errorCode === "RequestTimeTooSkewed")).to.not.be
        .empty;
      const [vault] = (await project.engine.outputs(config))["vaults"] as [
        { lock: { since?: string } },
      ];
      const sinceMs = Date.parse(vault.lock.since ?? "");
      expect(sinceMs).to.be.within(startedMs - 1000, Date.now());

      const s3 = project.engine.s3("source");
      await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key: "a", Body: "a" }));
      const backfill = await project.succeed(["backfill", "--yes"]);
      expect(backfill.at(-1)).to.deep.include({ type: "verdict", clean: true, proven: 1 });
    });

    it("proves what comes later, without a job", async () => {
      const s3 = project.engine.s3("source");
      await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key: "b", Body: "b" }));
      const verify = await project.succeed(["verify"]);
      expect(verify.at(-1)).to.deep.include({ type: "verdict", clean: true, proven: 2 });
    });
  });
}
