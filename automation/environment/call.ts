/** One call of an environment: what all its work is given. */

import { findEngine, type Engine } from "../engine/find-engine";
import type { AwsEnvironment } from "../aws/configured-endpoint";
import { abortedError, LockstepError, throwIfAborted } from "../errors";
import type { Confirm, Listener, Session } from "../events";
import { ownSignal } from "../signals";
import type { StackAddress } from "../stack/stack-config";
import type { CallOptions, WaitOptions } from "./options";

/** What an environment keeps between its calls. */
export interface EnvironmentParts {
  readonly address: StackAddress;
  /** Where our own clients find who they are. */
  readonly aws: AwsEnvironment;
  /** The process's variables under those of the environment. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly vaultRoles: readonly string[];
  readonly reportsFolder: string;
  readonly limits: Required<WaitOptions>;
  readonly clock: Session["clock"];
  readonly emit: Listener;
  /** Undefined: there is nobody to ask. */
  readonly confirm: Confirm | undefined;
}

/** What the work of one call is given. */
export interface Call extends Session, Omit<EnvironmentParts, "emit" | "confirm"> {
  /** Somebody, or something, answers questions. */
  readonly canConfirm: boolean;
  readonly confirm: Confirm;
  /** Found once for all calls. */
  engine(): Promise<Engine>;
}

/** Starts calls, each with a signal, a listener and answers of its own. */
export class Calls {
  #engine: Engine | undefined;

  constructor(readonly parts: EnvironmentParts) {}

  async run<Result>(options: CallOptions, work: (call: Call) => Promise<Result>): Promise<Result> {
    const { parts } = this;
    const { release, signal } = ownSignal(options.signal);
    const emit = options.emit ?? parts.emit;
    const confirm = options.confirm ?? parts.confirm;
    const session = { emit, signal, clock: parts.clock };
    try {
      return await work({
        ...parts,
        ...session,
        canConfirm: confirm !== undefined,
        confirm: (question) => untilAborted(signal, async () => (confirm ?? nobodyToAsk)(question)),
        engine: async () =>
          (this.#engine ??= await findEngine({ ...session, environment: parts.variables })),
      });
    } finally {
      release();
    }
  }
}

/** Waits for an answer as long as the call goes on: nobody may ever give one. */
async function untilAborted<Answer>(
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(abortedError());
    signal.addEventListener("abort", stop, { once: true });
    ask()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

const nobodyToAsk: Confirm = ({ text }) => Promise.reject(confirmationNeeded(text));

/**
 * Stops before anything is done when a question would come up and nobody can answer it.
 * @throws LockstepError `ConfirmationNeeded`
 */
export function requireConfirm({ canConfirm }: Call, question: string): void {
  if (!canConfirm) throw confirmationNeeded(question);
}

function confirmationNeeded(question: string): LockstepError {
  return new LockstepError("ConfirmationNeeded", `This has to be confirmed: ${question}`, {
    hint: "Give the call, or the environment, a `confirm` that answers.",
  });
}

/** The same call, its events going another way. */
export function withEmit(call: Call, emit: Listener): Call {
  return { ...call, emit };
}
