/** A source under SSE-KMS, prefixes, policies with dead principals and a vault that was made again by hand. */

import { ACCOUNTS } from "../helpers/engine-project";
import { PRINCIPALS_CASES, REMADE_CASES, SOURCE, VAULT } from "./doctor-principals-cases";
import { testCases } from "./doctor-case";
import { DoctorWorld, makeBucket } from "./doctor-world";

describe("the doctor on a source under SSE-KMS, prefixes and principals", function () {
  this.timeout(170_000);
  let world: DoctorWorld;
  before(async () => {
    world = await DoctorWorld.deploy(
      {
        source: { ...ACCOUNTS.source, bucket: { name: SOURCE, existing: true } },
        vaults: [{ name: "primary", ...ACCOUNTS.vault, bucket: { name: VAULT } }],
        rules: [
          { name: "all", vault: "primary", priority: 1, ownerOverride: true },
          {
            name: "logs",
            vault: "primary",
            priority: 2,
            filter: { prefix: "/logs/" },
            ownerOverride: true,
          },
        ],
      },
      (project) => makeBucket(project, "source", SOURCE),
    );
  });
  after(() => world?.close());

  testCases(PRINCIPALS_CASES, () => world);
});

describe("the doctor on a vault that was made again by hand", function () {
  this.timeout(170_000);
  let world: DoctorWorld;
  before(async () => {
    world = await DoctorWorld.deploy(
      {
        source: { ...ACCOUNTS.source, bucket: { name: "remade-records", existing: true } },
        vaults: [{ name: "primary", ...ACCOUNTS.vault, bucket: { name: "remade-vault" } }],
        rules: [{ name: "all", vault: "primary" }],
      },
      (project) =>
        makeBucket(project, "source", "remade-records", { ObjectLockEnabledForBucket: true }),
    );
  });
  after(() => world?.close());

  testCases(REMADE_CASES, () => world);
});
