import { readFile, stat } from "node:fs/promises";
import type { KeyObject } from "node:crypto";
import { LockstepError } from "../../errors";
import { heldAgainst, type AskedEvidence } from "../../evidence/asked";
import { checkEvidence, type SoundEvidence } from "../../evidence/check-evidence";
import { evidenceFields } from "../../evidence/evidence-fields";
import type { EvidenceFields } from "../../evidence/fields";
import { evidenceHtml } from "../../evidence/html";
import { checkShown } from "../../evidence/shown-lines";
import { isShownFile, SHOWN_MAX_BYTES } from "../../evidence/shown-text";
import type { CommandContext, CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { ReplacedFile } from "../replaced-file";
import { filesRead, firstByte, namedPublicKey, readingFile } from "./evidence-files";

/** `lockstep evidence check`: whether a bundle, or lines that were shown of one, are sound. Asks nobody but the files. */
export const evidenceCheck: CommandHandler = async (context) => {
  const { file = "", html } = context.flags;
  const page = await ReplacedFile.open(context, "--html", html, filesRead(context));
  const publicKey = await namedPublicKey(context);
  if (publicKey === undefined) {
    throw new LockstepError("UsageInvalid", "Name the signer's public key with --public-key.", {
      hint: "It comes from the signer, and not from whoever hands over the bundle.",
    });
  }
  const fields = await readingFile(file, context, (path) => checked(path, publicKey, context));
  await page?.write(evidenceHtml(fields, file));
  context.emit({ type: "evidence", ...fields });
  return fields.sound ? EXIT.ok : EXIT.failure;
};

async function checked(
  path: string,
  publicKey: KeyObject,
  context: CommandContext,
): Promise<EvidenceFields> {
  const { bucket, notBefore, previous: earlier, stack } = context.flags;
  const asked = { bucket, notBefore, stack };
  if (isShownFile(await firstByte(path))) return shown(path, publicKey, asked, earlier);
  if (earlier === undefined) {
    return heldAgainst(evidenceFields(await checkEvidence(path, { publicKey }), false), asked);
  }
  const before = await readingFile(earlier, context, (earlierPath) =>
    checkEvidence(earlierPath, { publicKey }),
  );
  if (!before.sound) {
    const { code, message } = before.problem;
    return unsound(code, `the bundle before it, ${earlier}, is not sound: ${message}`);
  }
  const previous: SoundEvidence = before.evidence;
  const check = await checkEvidence(path, { publicKey, previous });
  return heldAgainst(evidenceFields(check, true), asked);
}

/** @throws LockstepError `UsageInvalid` with a bundle before it */
async function shown(
  path: string,
  publicKey: KeyObject,
  asked: AskedEvidence,
  earlier: string | undefined,
): Promise<EvidenceFields> {
  if (earlier !== undefined) {
    throw new LockstepError(
      "UsageInvalid",
      "--previous goes with a whole bundle, and this file shows single lines of one.",
      { hint: "Leave --previous out, or check the bundle that the lines are of." },
    );
  }
  // Held whole, and so not even read where it is larger than any.
  const { size } = await stat(path);
  if (size > SHOWN_MAX_BYTES) {
    return unsound("container", "it is larger than any file of shown lines");
  }
  return checkShown(await readFile(path), publicKey, asked);
}

function unsound(
  code: NonNullable<EvidenceFields["problem"]>["code"],
  message: string,
): EvidenceFields {
  return { sound: false, problem: { code, message }, meaning: [] };
}
