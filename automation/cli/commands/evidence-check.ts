import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { KeyObject } from "node:crypto";
import { LockstepError } from "../../errors";
import { checkEvidence, type SoundEvidence } from "../../evidence/check-evidence";
import { evidenceFields } from "../../evidence/evidence-fields";
import type { EvidenceFields } from "../../evidence/fields";
import { evidenceHtml } from "../../evidence/html";
import { checkShown, isShownFile } from "../../evidence/shown-lines";
import type { CommandContext, CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { emptiedFile } from "../output-file";
import { firstByte, namedPublicKey, readingFile } from "./evidence-files";

/** `lockstep evidence check`: whether a bundle, or lines that were shown of one, are sound. Asks nobody but the files. */
export const evidenceCheck: CommandHandler = async (context) => {
  const { file = "", html } = context.flags;
  const publicKey = await namedPublicKey(context);
  if (publicKey === undefined) {
    throw new LockstepError("UsageInvalid", "Name the signer's public key with --public-key.", {
      hint: "It comes from the signer, and not from whoever hands over the bundle.",
    });
  }
  const page = html === undefined ? undefined : await emptiedFile(context, "--html", html);
  const fields = await readingFile(file, () => checked(file, publicKey, context));
  if (page !== undefined) await writeFile(page, evidenceHtml(fields, file));
  context.emit({ type: "evidence", ...fields });
  return fields.sound ? EXIT.ok : EXIT.failure;
};

async function checked(
  file: string,
  publicKey: KeyObject,
  context: CommandContext,
): Promise<EvidenceFields> {
  const path = resolve(context.folder, file);
  if (isShownFile(await firstByte(path))) return checkShown(await readFile(path), publicKey);
  const earlier = context.flags.previous;
  if (earlier === undefined) return evidenceFields(await checkEvidence(path, { publicKey }), false);
  const before = await readingFile(earlier, () =>
    checkEvidence(resolve(context.folder, earlier), { publicKey }),
  );
  if (!before.sound) {
    const { code, message } = before.problem;
    const problem = { code, message: `the bundle before it, ${earlier}, is not sound: ${message}` };
    return { sound: false, problem, meaning: [] };
  }
  const previous: SoundEvidence = before.evidence;
  return evidenceFields(await checkEvidence(path, { publicKey, previous }), true);
}
