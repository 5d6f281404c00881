import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { LockstepError, messageOf } from "../../errors";
import { keyIdOf, newKeyPair, readPublicKey } from "../../evidence/key";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { writeNewFiles } from "../new-files";

/** `lockstep evidence key`: a new pair of keys. Never writes over one that is there. */
export const evidenceKey: CommandHandler = async ({ emit, flags: { out = "." }, folder }) => {
  const target = resolve(folder, out);
  const { privatePem, publicPem } = newKeyPair();
  const privateKey = join(target, "private.pem");
  const publicKey = join(target, "public.pem");
  try {
    await mkdir(target, { recursive: true });
    await writeNewFiles([
      // For its owner's eyes alone; the public one is for everybody.
      { path: privateKey, text: privatePem, mode: 0o600 },
      { path: publicKey, text: publicPem, mode: 0o644 },
    ]);
  } catch (error) {
    throw new LockstepError("ConfigInvalid", "The keys cannot be written.", {
      problems: [{ path: "--out", message: messageOf(error) }],
      hint: "Name a folder that may be written to, and has neither private.pem nor public.pem: what was signed with a key is checked with it for ever.",
      cause: error,
    });
  }
  emit({ type: "evidence-key", privateKey, publicKey, keyId: keyIdOf(readPublicKey(publicPem)) });
  return EXIT.ok;
};
