/** Where backfills are started, approved and cancelled: one at a time. */

import type { Environment, LockstepEvent, Question } from "../../automation";
import { errorEvent, Refusal } from "./errors";
import { EventLog } from "./event-log";

/** What pages are told: Lockstep's own events, and the desk's. */
export type DeskEvent =
  | LockstepEvent
  /** Nothing was started since the service was. */
  | { readonly type: "idle" }
  /** What was told before belongs to an earlier backfill. */
  | { readonly type: "started" }
  | { readonly type: "question"; readonly text: string }
  | { readonly type: "answered"; readonly isApproved: boolean }
  /** Another one may be started. */
  | { readonly type: "ended"; readonly isClean: boolean };

/** The backfill that runs. */
interface Run {
  readonly abort: AbortController;
  /** Its job; none before there is one, and once the job is judged. */
  jobId?: string | undefined;
  /** Of the plan that was told last. */
  planHash?: string;
  /** Answers the question about the plan; only while it is asked. */
  answer?: ((isApproved: boolean) => void) | undefined;
  /** Resolves when it is over, whatever it came to. */
  ended?: Promise<void>;
}

export class BackfillDesk {
  readonly log = new EventLog<DeskEvent>();
  #run: Run | undefined;

  constructor(private readonly environment: Environment) {
    this.log.tell({ type: "idle" });
  }

  /** @throws Refusal while another one runs */
  start(): void {
    if (this.#run !== undefined) {
      throw new Refusal("A backfill runs already: wait for its end, or cancel it.");
    }
    const run: Run = { abort: new AbortController() };
    this.#run = run;
    this.log.clear();
    this.log.tell({ type: "started" });
    run.ended = this.#drive(run);
  }

  /**
   * Agrees to the plan that somebody has read.
   * @throws Refusal where that is not the one that is asked about
   */
  approve(planHash: string): void {
    const { answer, planHash: asked } = this.#run ?? {};
    if (answer === undefined) throw new Refusal("No plan waits for an approval.");
    if (planHash !== asked) throw new Refusal("The plan is another one by now: look at it again.");
    answer(true);
  }

  /**
   * Ends the backfill and its job. What was replicated already stays.
   * @throws Refusal where none runs; LockstepError where AWS does not cancel the job
   */
  async cancel(): Promise<void> {
    const run = this.#run;
    if (run === undefined) throw new Refusal("No backfill runs.");
    // A plan that is declined: Lockstep asks whether its job is to go as well.
    if (run.answer !== undefined) return run.answer(false);
    if (run.jobId !== undefined) {
      const job = await this.environment.cancel({ jobId: run.jobId, confirm: async () => true });
      if (job.status === "Cancelling" || job.status === "Cancelled") return;
    }
    // Nothing is left but to look, at what is missing or at what the job has brought.
    run.abort.abort();
  }

  /** Ends the call and leaves the job: it goes on or waits, and the next start carries on with it. */
  async close(): Promise<void> {
    this.#run?.abort.abort();
    await this.#run?.ended;
  }

  async #drive(run: Run): Promise<void> {
    let isClean = false;
    try {
      const result = await this.environment.backfill({
        signal: run.abort.signal,
        emit: (event) => this.#hear(run, event),
        confirm: (question) => this.#ask(run, question),
      });
      isClean = result.clean;
    } catch (error) {
      this.log.tell(errorEvent(error));
    }
    this.#run = undefined;
    this.log.tell({ type: "ended", isClean });
  }

  #hear(run: Run, event: LockstepEvent): void {
    // What the desk cancels is the job itself; the trial that goes before it ends with it.
    if (event.type === "job-created" && event.trial !== true) run.jobId = event.jobId;
    if (event.type === "plan") run.planHash = event.planHash;
    if (event.type === "verdict") run.jobId = undefined;
    this.log.tell(event);
  }

  async #ask(run: Run, { code, text }: Question): Promise<boolean> {
    // After a plan was declined. Nobody has to be asked twice.
    if (code === "cancel-job") return true;
    // No other question belongs to a backfill; a new one is not answered in anybody's name.
    if (code !== "approve-plan") return false;
    this.log.tell({ type: "question", text });
    const isApproved = await new Promise<boolean>((resolve) => (run.answer = resolve));
    run.answer = undefined;
    this.log.tell({ type: "answered", isApproved });
    return isApproved;
  }
}
