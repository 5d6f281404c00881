import { LockstepError } from "../../errors";
import { showLines } from "../../evidence/shown-lines";
import { shownFile } from "../../evidence/shown-text";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { ReplacedFile } from "../replaced-file";
import { filesRead, namedPublicKey, readingFile } from "./evidence-files";

/** `lockstep evidence show`: the lines of one key, each with the proof that it is in the bundle. */
export const evidenceShow: CommandHandler = async (context) => {
  const { file = "", key, out, version: versionId } = context.flags;
  if (key === undefined) {
    throw new LockstepError("UsageInvalid", "Name the object with --key.");
  }
  const target = await ReplacedFile.open(context, "--out", out, filesRead(context));
  const publicKey = await namedPublicKey(context);
  const { check, lines } = await readingFile(file, context, (path) =>
    showLines(path, publicKey, { key, versionId }),
  );
  if (!check.sound) {
    context.emit({ type: "evidence", sound: false, problem: check.problem, meaning: [] });
    return EXIT.failure;
  }
  if (publicKey === undefined) {
    context.emit({
      type: "warning",
      code: "SignatureNotChecked",
      message: "nobody looked at the signature: name the signer's key with --public-key.",
    });
  }
  if (lines.length === 0) {
    throw new LockstepError("NoVersionsFound", "The bundle says nothing of this object.", {
      hint: "Keys are compared exactly; the bundle's lines.ndjson has all of them.",
    });
  }
  await target?.write(shownFile(check.evidence.envelope, lines));
  for (const line of lines) context.emit({ type: "evidence-line", ...line });
  return EXIT.ok;
};
