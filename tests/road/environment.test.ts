/**
 * The library's environments: two of them, with two engines, two sandboxes and the same names in both, at once in this one process.
 */

import { getEventListeners } from "node:events";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
// Loaded here and not with the first call: these modules put a listener on `exit` and `beforeExit` each, once in a process.
import "@pulumi/pulumi/automation";
import "../../components/program/program";
import {
  openEnvironment,
  streamEvents,
  type Environment,
  type LockstepEvent,
  type Question,
} from "../../automation";
import { EngineProject } from "../helpers/engine-project";
import { makePlainProject } from "../helpers/plain-project";
import { withoutReplication } from "../helpers/without-replication";

const SOURCE = "acme-records";
const VAULT = "acme-vault";

/** More than ten, at which Node warns of listeners on one signal. */
const KEYS_OF_FIRST = Array.from({ length: 40 }, (_, index) => `first-${index}`);
const KEYS_OF_SECOND = Array.from({ length: 25 }, (_, index) => `second-${index}`);

/** What a call has to leave as it was. */
function processFacts() {
  const listeners = process.eventNames().map((name) => [String(name), process.listenerCount(name)]);
  return {
    variables: { ...process.env },
    folder: process.cwd(),
    exitCode: process.exitCode,
    listeners: listeners.sort(),
  };
}

/** Runs work and gives back what it wrote to the console. */
async function written(work: () => Promise<unknown>): Promise<string> {
  let text = "";
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write.bind(stream));
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array): boolean => {
      text += String(chunk);
      return true;
    };
  }
  try {
    await work();
  } finally {
    streams.forEach((stream, index) => (stream.write = writes[index] as typeof stream.write));
  }
  return text;
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "succeeded",
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

describe("environments of the library", function () {
  this.timeout(600_000);
  const projects: EngineProject[] = [];
  const environments: Environment[] = [];
  const signals: AbortSignal[] = [];
  const warnings: Error[] = [];
  const keepWarning = (warning: Error): void => void warnings.push(warning);
  let facts: ReturnType<typeof processFacts>;

  const agree = (): Promise<boolean> => Promise.resolve(true);
  /** As a caller makes one, with nothing done to it. */
  const controller = (): AbortController => {
    const made = new AbortController();
    signals.push(made.signal);
    return made;
  };
  const bothSides = <Result>(work: (environment: Environment, index: number) => Promise<Result>) =>
    Promise.all(environments.map(work));
  const environmentAt = (index: number): Environment => {
    const environment = environments[index];
    if (environment === undefined) throw new Error("The environment was not opened.");
    return environment;
  };
  const put = async (project: EngineProject, keys: readonly string[]): Promise<void> => {
    const s3 = project.s3("source");
    for (const Key of keys) {
      await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: Key }));
    }
  };

  before(async () => {
    for (const keys of [KEYS_OF_FIRST, KEYS_OF_SECOND]) {
      const project = await EngineProject.start();
      projects.push(project);
      await makePlainProject(project, { source: SOURCE, vault: VAULT });
      await put(project, keys);
    }
    process.on("warning", keepWarning);
    facts = processFacts();
    for (const { environment, folder } of projects) {
      environments.push(await openEnvironment({ cwd: folder, stack: "dev", environment }));
    }
  });
  after(async () => {
    process.off("warning", keepWarning);
    for (const project of projects) await project.close();
  });

  it("ask before anything is done, and end where nobody can answer", async () => {
    const { asked, told } = { asked: [] as Question[], told: [] as LockstepEvent[] };
    const environment = environmentAt(0);
    const emit = (event: LockstepEvent): void => void told.push(event);
    for (const call of [
      environment.up({ emit }),
      environment.destroy({ emit }),
      environment.doctor({ emit, canary: {} }),
    ]) {
      expect(await codeOf(call)).to.equal("ConfirmationNeeded");
    }
    expect(told).to.deep.equal([]);
    const confirm = (question: Question): Promise<boolean> => {
      asked.push(question);
      return Promise.resolve(false);
    };
    expect(await codeOf(environment.up({ emit, confirm }))).to.equal("Declined");
    expect(asked.map(({ code }) => code)).to.deep.equal(["deploy"]);
    expect(await codeOf(environment.jobs())).to.equal("StackNotDeployed");
  });

  it("work side by side with the same names: preview, up, backfill, verify", async () => {
    const { signal } = controller();
    const told: LockstepEvent[][] = [[], []];
    const all = (index: number) => ({
      // One signal of the caller's for all calls of both.
      signal,
      confirm: agree,
      emit: (event: LockstepEvent): void => void told[index]?.push(event),
    });
    const text = await written(async () => {
      const previews = await bothSides((one, index) => one.preview(all(index)));
      for (const { changes, refusal, review } of previews) {
        expect(changes["create"]).to.be.greaterThan(5);
        expect(review.stack).to.equal("dev");
        expect(refusal).to.equal(undefined);
      }
      const deployed = await bothSides((one, index) => one.up(all(index)));
      for (const { changes, restored } of deployed) {
        expect(changes["create"]).to.be.greaterThan(5);
        expect(restored).to.deep.equal({ guard: [], roles: [] });
      }
      const unanswered: LockstepEvent[] = [];
      const emit = (event: LockstepEvent): void => void unanswered.push(event);
      for (const call of [
        () => environmentAt(0).backfill({ signal, emit }),
        () => environmentAt(0).retry({ signal, emit }),
        () => environmentAt(0).backfill({ signal, emit, confirm: agree, canApprove: false }),
      ]) {
        expect(await codeOf(call())).to.equal("ConfirmationNeeded");
      }
      expect(unanswered).to.deep.equal([]);
      const filled = await bothSides((one, index) => one.backfill(all(index)));
      const verified = await bothSides((one, index) => one.verify(all(index)));
      for (const results of [filled, verified]) {
        expect(results.map(({ clean }) => clean)).to.deep.equal([true, true]);
        expect(results.map(({ sources }) => sources[0]?.verdict?.proven)).to.deep.equal([
          KEYS_OF_FIRST.length,
          KEYS_OF_SECOND.length,
        ]);
      }
    });
    expect(text).to.equal("");
    for (const [index, keys] of [KEYS_OF_FIRST, KEYS_OF_SECOND].entries()) {
      const s3 = projects[index]?.s3("vault");
      const head = await s3?.send(new HeadObjectCommand({ Bucket: VAULT, Key: keys[0] }));
      expect(head?.ReplicationStatus).to.equal("REPLICA");
      const plans = told[index]?.filter(({ type }) => type === "plan");
      expect(plans).to.have.length(1);
      expect(plans?.[0]).to.include({ objects: keys.length });
    }
  });

  it("give a call's events one by one", async () => {
    const environment = environmentAt(0);
    const { signal } = controller();
    const run = streamEvents((emit) => environment.verify({ emit, signal }));
    const types: string[] = [];
    for await (const { type } of run.events) types.push(type);
    expect(types).to.include("guard");
    expect(types.at(-1)).to.equal("verdict");
    expect((await run.result).clean).to.equal(true);
  });

  it("end a call by its own signal alone, and carry its job on, follow, cancel and retry it", async () => {
    const [first] = projects;
    const environment = environmentAt(0);
    if (first === undefined) throw new Error("The project was not started.");
    await withoutReplication(first.s3("source"), SOURCE, () => put(first, ["late-0", "late-1"]));
    const stopped = controller();
    const asked: Question[] = [];
    const [ended, other] = await Promise.all([
      codeOf(
        environment.backfill({
          signal: stopped.signal,
          // Nobody ever answers; the signal ends the question, too.
          confirm: (question) => {
            asked.push(question);
            stopped.abort();
            return new Promise(() => {});
          },
        }),
      ),
      environmentAt(1).verify({ signal: controller().signal }),
    ]);
    expect(ended).to.equal("Aborted");
    expect(asked.map(({ code }) => code)).to.deep.equal(["approve-plan"]);
    expect(other.clean).to.equal(true);

    const found = await environment.jobs({ signal: controller().signal });
    const waiting = found.find(({ status }) => status === "Suspended");
    if (waiting === undefined) throw new Error("No job waits to be confirmed.");
    const { jobId } = waiting;
    const raised = await environment.setPriority({ jobId, priority: 42 });
    expect(raised).to.include({ jobId, priority: 42 });
    expect(await environmentAt(1).jobs()).to.satisfy((jobs: readonly { jobId: string }[]) =>
      jobs.every((job) => job.jobId !== jobId),
    );
    expect(await codeOf(environmentAt(1).watch({ jobIds: [jobId] }))).to.equal("JobNotFound");
    expect(await codeOf(environment.cancel({ jobId }))).to.equal("ConfirmationNeeded");
    await environment.cancel({ jobId, confirm: agree, signal: controller().signal });
    const [cancelled] = await environment.watch({ jobIds: [jobId, jobId] });
    expect(cancelled).to.include({ jobId, status: "Cancelled" });

    // The ledger still names the cancelled job: a run says so, and the next one makes another.
    await codeOf(environment.retry({ confirm: agree }));
    const retried = await environment.retry({ confirm: agree, signal: controller().signal });
    expect(retried.clean).to.equal(true);
    const [line] = await environment.lineage({ key: "late-0" });
    expect(line?.attempts.at(-1)).to.include({ outcome: "succeeded" });
    expect(await codeOf(environment.lineage({ key: "unknown" }))).to.equal("NoVersionsFound");
  });

  it("find nothing wrong with a stack that is whole", async () => {
    const [result] = await bothSides((one) => one.doctor({ signal: controller().signal }));
    expect(result?.findings.filter(({ severity }) => severity === "error")).to.deep.equal([]);
  });

  it("take down what holds no data, each its own", async () => {
    const { signal } = controller();
    const [first] = await Promise.all([
      environmentAt(0).destroy({ confirm: agree, signal }),
      environmentAt(1).verify({ signal }),
    ]);
    const vault = first.kept.find(({ resource }) => resource === VAULT);
    expect(vault?.lockedUntil).to.be.a("string");
    expect((await environmentAt(1).verify({ signal })).clean).to.equal(true);
  });

  it("leave the process as it was", () => {
    expect(processFacts()).to.deep.equal(facts);
    expect(warnings).to.deep.equal([]);
    for (const signal of signals) expect(getEventListeners(signal, "abort")).to.deep.equal([]);
  });
});
