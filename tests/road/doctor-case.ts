/** A failure as data, and the test that it is. */

import { expect } from "chai";
import type { FindingFields } from "../../automation/doctor/finding";
import type { FindingId } from "../../automation/doctor/kinds";
import type { DoctorWorld, Mend } from "./doctor-world";

/** One way to break a stack: what the doctor finds before, and what is said where it was not asked. */
export interface FailureCase {
  /** Rows of the table of failures. */
  readonly rows: readonly string[];
  readonly title: string;
  readonly found: FindingId;
  /** In the finding's message or fix. */
  readonly says?: RegExp;
  readonly breaks: (world: DoctorWorld) => Promise<Mend>;
  /** Writes what a job is to bring; it is broken while the job waits for its approval, which is then given. */
  readonly whileJobWaits?: (world: DoctorWorld) => Promise<void>;
  /** Does what fails now; what is said of it. */
  readonly then?: (world: DoctorWorld) => Promise<string>;
  /** What the failed job or the verdict says. */
  readonly explains?: RegExp;
  /** How the finding is looked for, where not with the stack's own config. */
  readonly raw?: (world: DoctorWorld) => Record<string, unknown>;
  /** What was broken cannot be mended, or what failed is not brought again. */
  readonly isLasting?: true;
}

/** Declares a test for each case; after each the stack is whole again, and a backfill brings what failed. */
export function testCases(cases: readonly FailureCase[], world: () => DoctorWorld): void {
  for (const one of cases) {
    it(`${one.title} is found as ${one.found} (row ${one.rows.join(", ")})`, async () => {
      const config = one.raw?.(world());
      let mend: Mend | undefined;
      try {
        let said: string | undefined;
        if (one.whileJobWaits === undefined) {
          mend = await one.breaks(world());
          expectFound(one, await world().examine(config));
          said = await one.then?.(world());
        } else {
          await one.whileJobWaits(world());
          said = await world().backfill(async () => {
            mend ??= await one.breaks(world());
            expectFound(one, await world().examine(config));
            return true;
          });
        }
        if (one.explains !== undefined) expect(said).to.match(one.explains);
      } finally {
        await mend?.();
      }
      if (one.isLasting === true) return;
      if (config === undefined) {
        const left = (await world().examine()).filter(({ id }) => id === one.found);
        expect(left).to.deep.equal([]);
      }
      expect(await world().backfill(), "what failed is brought").to.equal("");
    });
  }
}

function expectFound({ found, says }: FailureCase, all: readonly FindingFields[]): void {
  const hits = all.filter(({ id }) => id === found);
  const told = all.map(({ fix, id, message }) => `${id}: ${message} ${fix}`);
  expect(hits, told.join("\n")).not.to.deep.equal([]);
  if (says === undefined) return;
  expect(hits.map(({ fix, message }) => `${message} ${fix}`).join("\n")).to.match(says);
}
