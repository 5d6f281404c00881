/** The files of a bundle that a check goes by beside lines and promises, read strictly. Pure. */

import { z } from "zod";
import { EvidenceProblem, type EvidenceProblemCode } from "./evidence-problem";
import type { RefusalFact } from "../refusals/fields";
import { FILES } from "./statement";
import type { EvidenceFindings } from "./verdict";

const count = z.number().int().nonnegative();

const FINDINGS = z.looseObject({
  guard: z.looseObject({
    checked: z.array(z.string()),
    unknown: z.array(z.string()),
    losses: z.array(z.unknown()),
  }),
  sources: z.array(
    z.looseObject({
      source: z.string(),
      accept: z.array(z.string()),
      disagreements: z.array(z.string()),
      drift: z.array(z.unknown()),
      onTop: z.looseObject({ count, first: z.array(z.unknown()) }),
    }),
  ),
});

/** @throws EvidenceProblem `files` */
export function readFindings(value: unknown): EvidenceFindings {
  return parsed(FINDINGS, value, "files", "findings.json");
}

const JOBS = z.looseObject({
  jobs: z.array(
    z.looseObject({
      files: z.array(
        // What is no name of a file and no MD5 is nobody's: what it names is not there.
        z.looseObject({ name: z.string(), md5: z.string() }),
      ),
    }),
  ),
});

/** The files of jobs with their MD5s. @throws EvidenceProblem `jobs` */
export function readJobFiles(value: unknown): ReadonlyMap<string, string> {
  const { jobs } = parsed(JOBS, value, "jobs", "jobs.json");
  const files = new Map<string, string>();
  for (const { md5, name } of jobs.flatMap((job) => job.files)) {
    if (files.has(name)) throw new EvidenceProblem("jobs", `jobs.json names ${name} twice`);
    files.set(name, md5);
  }
  return files;
}

/** What is not counted may be anything: it is shown where it is a text. */
const text = z.string().catch("");
const optional = z.string().optional().catch(undefined);

const REFUSALS = z.looseObject({
  attempts: z.array(
    z.looseObject({
      ...{ vault: text, attempt: text, principal: text, says: text },
      outcome: z.enum(["refused", "accepted", "not-tried"]),
      shows: z.enum(["lock", "guard", "organization", "nothing"]),
      ...{ code: optional, message: optional },
      ...{ requestId: optional, date: optional },
    }),
  ),
});

/** One attempt at what has to be refused, as a bundle tells it. */
export interface ToldAttempt extends Pick<
  RefusalFact,
  "code" | "date" | "message" | "outcome" | "principal" | "requestId" | "says" | "shows" | "vault"
> {
  /** What was tried; a later version may know more of them. */
  readonly attempt: string;
}

/** What came of attempts that have to be refused. @throws EvidenceProblem `files` */
export function readAttempts(value: unknown): readonly ToldAttempt[] {
  return parsed(REFUSALS, value, "files", FILES.refusals).attempts;
}

function parsed<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  code: EvidenceProblemCode,
  name: string,
): z.infer<Shape> {
  const found = shape.safeParse(value);
  if (found.success) return found.data;
  throw new EvidenceProblem(code, `${name} has not the shape of its kind`);
}
