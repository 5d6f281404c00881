import { LockstepError } from "../errors";
import { packageVersion } from "../package-root";

const PACKAGE = "lockstep-sandbox";

/**
 * Loads a command that needs the sandbox, a package of its own: who works on AWS alone can do without.
 * @throws LockstepError `SandboxNotInstalled`, which says what to add
 */
export function withSandbox<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Only the package itself: anything else that is not there is our mistake.
    if (code !== "MODULE_NOT_FOUND" || !message.startsWith(`Cannot find module '${PACKAGE}`)) {
      throw error;
    }
    throw new LockstepError(
      "SandboxNotInstalled",
      `This command needs the package ${PACKAGE}, which is not installed.`,
      { hint: `Add it: npm install --save-dev ${PACKAGE}@${packageVersion()}`, cause: error },
    );
  }
}
