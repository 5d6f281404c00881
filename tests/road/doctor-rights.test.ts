/** Rights that the source's two roles lose: found before a job is paid for, and named by what fails. */

import { ACCOUNTS } from "../helpers/engine-project";
import { RIGHTS_CASES, SOURCE } from "./doctor-rights-cases";
import { testCases } from "./doctor-case";
import { DoctorWorld, makeBucket } from "./doctor-world";

describe("the doctor on rights of the source's roles", function () {
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
            bucket: { name: "ill-vault" },
            encryption: { kms: "create" },
          },
        ],
        rules: [{ name: "all", vault: "primary" }],
      },
      (project) => makeBucket(project, "source", SOURCE, { ObjectLockEnabledForBucket: true }),
    );
  });
  after(() => world?.close());

  testCases(RIGHTS_CASES, () => world);
});
