/** Rules, policies, keys, jobs and credentials that go wrong after a deployment: found before, and named by what fails. */

import { ACCOUNTS } from "../helpers/engine-project";
import { SETTINGS_CASES, SOURCE, VAULT } from "./doctor-settings-cases";
import { testCases } from "./doctor-case";
import { DoctorWorld, makeBucket } from "./doctor-world";

describe("the doctor on settings of a deployed stack", function () {
  this.timeout(170_000);
  let world: DoctorWorld;
  before(async () => {
    world = await DoctorWorld.deploy(
      {
        source: { ...ACCOUNTS.source, bucket: { name: SOURCE, existing: true } },
        vaults: [
          {
            name: "primary",
            ...ACCOUNTS.vault,
            bucket: { name: VAULT },
            encryption: { kms: "create" },
          },
        ],
        rules: [{ name: "all", vault: "primary" }],
      },
      (project) => makeBucket(project, "source", SOURCE),
    );
  });
  after(() => world?.close());

  testCases(SETTINGS_CASES, () => world);
});
