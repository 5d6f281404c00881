import { writeFile } from "node:fs/promises";
import type { AwsAnswer } from "../aws/answers";
import { canonicalText } from "../evidence/canonical";
import { SpillFile } from "../spill/spill-file";

/** What AWS answered while it was looked: one line each, put aside as they come. */
export class AnswersFile {
  readonly #lines = new SpillFile();

  /** As `AwsEnvironment` wants it. */
  readonly onAnswer = (answer: AwsAnswer): void => {
    this.#lines.append(Buffer.from(`${canonicalText(answer)}\n`, "utf8"));
  };

  /** Writes all that has come so far. */
  async write(path: string): Promise<void> {
    await writeFile(path, this.#lines.chunks());
  }
}
