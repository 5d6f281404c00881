import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { promiseContent } from "../../components/promise/promise";
import { messageOf } from "../errors";
import type { GuardFields } from "../events";
import { checkEvidence, type SoundEvidence } from "../evidence/check-evidence";
import { FILES } from "../evidence/statement";
import { answeredOf } from "../evidence/trail-facts";
import { writeEvidence } from "../evidence/write-evidence";
import type { AnswersFile } from "../prove/answers-file";
import { Gathering, plain, shownConfig } from "../prove/gathering";
import { handOut, type Keeping } from "../prove/hand-out";
import { notProven, untriedWords } from "../prove/not-proven";
import type { OutFile } from "../prove/out-file";
import type { OpenedSigner } from "../prove/signer";
import { toolVersions } from "../prove/tool-versions";
import { trailCopies } from "../prove/trail-files";
import type { RefusalsResult } from "../refusals/fields";
import { sourceReader } from "../stack/deployed-sources";
import type { SoughtAttempt } from "../trail/fields";
import type { ReadTrail } from "../trail/read-trail";
import { withEmit, type Call } from "./call";
import type { LookedAtStack } from "./opened";
import type { ProveCallOptions, ProveResult, VerdictsResult } from "./options";
import { refusalsOf } from "./refusals";
import { trailOf } from "./trail";
import { verifyOpened } from "./verify";

/** What a bundle is made with. */
export interface ProofParts extends Pick<Keeping, "meanwhile" | "places"> {
  readonly answers: AnswersFile;
  /** The bundle before this one. Undefined: this is the first of its chain. */
  readonly before: SoundEvidence | undefined;
  /** For what is on its way into the bundle. */
  readonly folder: string;
  readonly opened: LookedAtStack;
  readonly out: OutFile;
  readonly signer: OpenedSigner;
}

/** One bundle, from the look to the file. */
export class Proof {
  readonly #gathering: Gathering;
  #guard: GuardFields = { checked: [], unknown: [], losses: [] };
  #refusals: RefusalsResult | undefined;
  #trail: ReadTrail | undefined;

  constructor(
    private readonly call: Call,
    private readonly parts: ProofParts,
  ) {
    this.#gathering = new Gathering(parts.folder, call);
  }

  async make({ annotations, refusals, trail }: ProveCallOptions): Promise<ProveResult> {
    const { answers, folder, meanwhile, opened, out, places } = this.parts;
    // A source that nobody could look at has no lines, and there is a file all the same.
    await writeFile(this.#gathering.linesPath, "");
    // Before the look, which finds what came of them, and the canaries too.
    if (refusals === true) this.#refusals = await refusalsOf(opened, this.call);
    const result = await verifyOpened(opened, { annotations }, this.#listening(), {
      answers: true,
      onGuardRead: this.#gathering.takeGuard,
      see: (work, look) => this.#gathering.take(work, look),
    });
    if (trail === true) this.#trail = await trailOf(opened, this.#sought(), this.call);
    const requestsPath = join(folder, "requests.ndjson");
    await answers.write(requestsPath);
    await this.#write(result, requestsPath);
    const sound = await this.#checked();
    const { size: sizeBytes } = await stat(out.partPath);
    await out.finish();
    const bundle = { path: out.path, sizeBytes, sound };
    const isLocked = opened.config.evidence?.lock === true;
    const keeping = { isLocked, meanwhile, places };
    const evidence = await handOut(bundle, keeping, this.call.aws, this.call);
    return { ...result, clean: result.clean && evidence.clean, evidence };
  }

  /** What the bundles before wait for, and what was tried now: a digest of that comes within an hour or so, for the next one. */
  #sought(): readonly SoughtAttempt[] {
    const tried = answeredOf(this.#refusals?.attempts ?? []);
    return [...(this.parts.before?.sought ?? []), ...tried];
  }

  #listening(): Call {
    return withEmit(this.call, (event) => {
      if (event.type === "guard") {
        const { checked, losses, unknown } = event;
        this.#guard = { checked, losses, unknown };
      }
      this.call.emit(event);
    });
  }

  async #write({ sources }: VerdictsResult, requestsPath: string): Promise<void> {
    const { call } = this;
    const { before, folder, opened, out, signer } = this.parts;
    const { config } = opened;
    const { jobs, linesPath } = this.#gathering;
    const deployed = await this.#deployed(sources);
    await writeEvidence(
      out.partPath,
      {
        madeAt: new Date(call.clock.nowEpochMs()).toISOString(),
        stack: call.address.stack,
        tools: toolVersions(await call.engine(), signer.kind),
        notProven: notProven({
          verdicts: sources,
          guardUnknown: this.#guard.unknown,
          jobProblems: jobs.problems,
          untried: this.#refusals && untriedWords(this.#refusals.attempts),
          isFirst: before === undefined,
          trail: this.#trail?.facts.events,
        }),
        previous: before,
        findings: {
          guard: plain(this.#guard) as GuardFields,
          sources: sources.map((one) => this.#gathering.findingsOf(one, config)),
        },
        promises: deployed.map(({ outputs }) => promiseContent(outputs)),
        facts: new Map([
          ["facts/config.json", shownConfig(config)],
          ["facts/deployed.json", plain({ sources: deployed })],
          ["facts/guard.json", plain(this.#gathering.guardFacts(this.#guard))],
          ["facts/verdicts.json", plain({ sources: sources.map(inWords) })],
          [FILES.jobs, plain({ jobs: jobs.jobs })],
          ...(this.#refusals === undefined
            ? []
            : [[FILES.refusals, plain(this.#refusals)] as const]),
          ...(this.#trail === undefined ? [] : [[FILES.trail, plain(this.#trail.facts)] as const]),
        ]),
        copies: new Map([
          ...jobs.copies,
          ...(await trailCopies(this.#trail?.files ?? new Map<string, Uint8Array>(), folder)),
          ["facts/requests.ndjson", requestsPath],
        ]),
        linesPath,
      },
      signer,
      call.signal,
    );
  }

  /** What was promised is said of a source that nobody could look at, too. */
  async #deployed(
    sources: VerdictsResult["sources"],
  ): Promise<readonly { readonly source: string; readonly outputs: LockstepOutputs }[]> {
    const { config, stack } = this.parts.opened;
    const seen = sources.map(({ source }) => this.#gathering.outputsOf(source));
    const read = seen.includes(undefined) ? await sourceReader(stack, config) : undefined;
    return sources.flatMap(({ source }, index) => {
      const outputs = seen[index] ?? read?.(source).outputs;
      return outputs === undefined ? [] : [{ source, outputs }];
    });
  }

  /** Nothing is handed out that a check would refuse. */
  async #checked(): Promise<SoundEvidence> {
    const { before: previous, out, signer } = this.parts;
    const check = await checkEvidence(out.partPath, { publicKey: signer.publicKey, previous });
    if (check.sound) return check.evidence;
    const { code, message } = check.problem;
    throw new Error(`The bundle that was written is not sound (${code}): ${message}`);
  }
}

function inWords({ error, source, verdict }: VerdictsResult["sources"][number]): object {
  return verdict === undefined ? { source, error: messageOf(error) } : { source, verdict };
}
