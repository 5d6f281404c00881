/** A job that S3 ends for its failure rate: its cause was to be found before. */

import { ACCOUNTS } from "../helpers/engine-project";
import { FAILURE_RATE_CASES, SOURCE } from "./doctor-failure-rate-cases";
import { testCases } from "./doctor-case";
import { DoctorWorld } from "./doctor-world";

describe("the doctor on what makes a job fail as a whole", function () {
  this.timeout(170_000);
  let world: DoctorWorld;
  before(async () => {
    world = await DoctorWorld.deploy(
      {
        source: { ...ACCOUNTS.source, bucket: { name: SOURCE } },
        vaults: [{ name: "primary", ...ACCOUNTS.vault, bucket: { name: "many-vault" } }],
        rules: [{ name: "all", vault: "primary" }],
      },
      () => Promise.resolve(),
    );
  });
  after(() => world?.close());

  testCases(FAILURE_RATE_CASES, () => world);
});
