/** Who signs a bundle: a private key in a file, or a key of KMS, which never leaves it. */

import { readFile } from "node:fs/promises";
import type { KeyObject } from "node:crypto";
import { createPublicKey } from "node:crypto";
import type { AccountAccess, LockstepConfig } from "../../components/config/types";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import { LockstepError, messageOf } from "../errors";
import { localSigner, type Signer } from "../evidence/envelope";
import { readPrivateKey, readPublicKey } from "../evidence/key";
import { kmsSigner } from "../evidence/kms-signer";

/** A signer that can be asked, and its public key. */
export interface OpenedSigner extends Signer {
  readonly publicKey: KeyObject;
  /** In words, for `tools`. */
  readonly kind: string;
  /** Ends its connections. */
  close(): void;
}

const KMS_START = "kms:";

/** An alias is the key that it names when it is asked. */
const KEY_ARN = /^arn:[\w-]+:kms:([\w-]+):(\d{12}):(?:key|alias)\/[\w/-]+$/;

/**
 * Opens a signer.
 * @param key path of a private key, PEM, absolute; or `kms:` and an ARN
 * @param config how the account of a key of KMS is reached: it is one of the stack's
 * @throws LockstepError `EvidenceUnreadable` for what is no key on P-256, `ConfigInvalid` for an ARN of something else, or of another
 * account
 */
export async function openSigner(
  key: string,
  config: Pick<LockstepConfig, "sources" | "vaults">,
  environment: AwsEnvironment,
  signal: AbortSignal,
): Promise<OpenedSigner> {
  if (!key.startsWith(KMS_START)) return fileSigner(key);
  const arn = key.slice(KMS_START.length);
  const clients = await accountClients(accessTo(arn, config), environment);
  try {
    const signer = await kmsSigner(clients.kms, arn, signal);
    return {
      ...signer,
      publicKey: readPublicKey(signer.publicPem),
      kind: `KMS ${arn}`,
      close: () => clients.destroy(),
    };
  } catch (error) {
    clients.destroy();
    throw error;
  }
}

async function fileSigner(path: string): Promise<OpenedSigner> {
  let pem: string;
  try {
    pem = await readFile(path, "utf8");
  } catch (error) {
    throw new LockstepError(
      "EvidenceUnreadable",
      `The key ${path} cannot be read: ${messageOf(error)}`,
      {
        hint: "`lockstep evidence key --out keys` makes one; or name a key of KMS, as kms:ARN.",
        cause: error,
      },
    );
  }
  const privateKey = readPrivateKey(pem);
  return {
    ...localSigner(privateKey),
    publicKey: createPublicKey(privateKey),
    kind: "a private key in a file",
    close: () => {},
  };
}

/** @throws LockstepError `ConfigInvalid` */
function accessTo(arn: string, { sources, vaults }: Pick<LockstepConfig, "sources" | "vaults">) {
  const [, region = "", accountId] = KEY_ARN.exec(arn) ?? [];
  if (accountId === undefined) {
    throw invalid(
      `${arn === "" ? "nothing" : arn} is no ARN of a key of KMS, nor of an alias`,
      "An ARN is as in kms:arn:aws:kms:eu-central-1:222222222222:key/ID.",
    );
  }
  // In the vault's account it is out of the reach of whoever has the source's.
  const access = [...vaults, ...sources].find((one) => one.accountId === accountId);
  if (access === undefined) {
    throw invalid(
      `the key is of the account ${accountId}, which is none of the stack's`,
      "Make it in a vault's account.",
    );
  }
  const { assumeRoleArn, profile } = access;
  return {
    accountId,
    region,
    ...(profile !== undefined && { profile }),
    ...(assumeRoleArn !== undefined && { assumeRoleArn }),
  } satisfies AccountAccess;
}

function invalid(message: string, hint: string): LockstepError {
  return new LockstepError("ConfigInvalid", "The key cannot sign.", {
    problems: [{ path: "--key", message }],
    hint,
  });
}
