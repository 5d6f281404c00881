import { compilePolicy } from "../../authorization/compile";
import type { CompiledPolicy, ConditionKeys, Principal } from "../../authorization/model";
import { isAwsError } from "../../world/aws-error";
import type { Foundation } from "../../world/foundation";
import * as errors from "./errors";
import { keyNeed } from "./key-need";
import { awsManagedS3KeyPolicy } from "./key-policies";
import type { Alias, Key, KeyStatus, Grant } from "./model";

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Where a key id without an ARN is looked up. */
export interface KeyPlace {
  readonly accountId: string;
  readonly region: string;
}

/** Keys and aliases of all accounts and Regions. */
export class KmsState {
  private readonly keys = new Map<string, Key>();
  /** By ARN. */
  private readonly aliases = new Map<string, Alias>();

  constructor(private readonly world: Foundation) {}

  /**
   * As S3 uses a key for a principal.
   * @throws AwsError in KMS's words as S3 shows them: `KMS.NotFoundException`, `KMS.DisabledException`,
   *   `KMS.KMSInvalidStateException`, `AccessDenied`
   */
  useKey(use: {
    readonly principal: Principal;
    /** Id, ARN, alias or alias ARN. */
    readonly keyId: string;
    readonly region: string;
    readonly accountId: string;
    readonly action: "kms:Encrypt" | "kms:Decrypt" | "kms:GenerateDataKey";
    readonly encryptionContext: Readonly<Record<string, string>>;
    /** `s3.eu-west-1.amazonaws.com` */
    readonly viaService?: string;
    /** Global keys of a request that S3 makes by itself: `aws:sourcearn`, `aws:sourceaccount`. */
    readonly conditionKeys?: ConditionKeys;
  }): { keyArn: string } {
    const key = this.findForS3(use.keyId, use);
    const need = keyNeed(use.action, key, {
      principal: use.principal,
      encryptionContext: use.encryptionContext,
      viaService: use.viaService,
      conditionKeys: use.conditionKeys,
      aliases: this.aliasesOf(key).map((alias) => alias.name),
    });
    const decision = this.world.decide(use.principal, need);
    if (!decision.allowed) throw errors.accessDeniedThroughS3(use.principal, need, decision);
    try {
      this.requireUsable(key);
      if (key.usage !== "ENCRYPT_DECRYPT") throw errors.wrongUsage(key, use.action.slice(4));
    } catch (error) {
      throw isAwsError(error) ? errors.asS3Shows(error) : error;
    }
    return { keyArn: key.arn };
  }

  /** The account's `aws/s3` key in a Region, made on first use. */
  awsManagedS3Key(accountId: string, region: string): { keyArn: string } {
    const aliasArn = `arn:aws:kms:${region}:${accountId}:alias/aws/s3`;
    const existing = this.aliases.get(aliasArn);
    const known = existing && this.keys.get(existing.targetKeyId);
    if (known !== undefined) return { keyArn: known.arn };
    const key = this.addKey({
      accountId,
      region,
      manager: "AWS",
      description: "Default key that protects my S3 objects when no other key is defined",
      policy: compilePolicy(awsManagedS3KeyPolicy(accountId, region), "resource"),
    });
    const nowEpochMs = this.world.clock.nowEpochMs();
    key.rotation = { periodDays: 365, sinceEpochMs: nowEpochMs };
    this.addAlias("alias/aws/s3", key);
    return { keyArn: key.arn };
  }

  addKey(
    facts: KeyPlace & {
      readonly manager: Key["manager"];
      /** Default: a symmetric key for encryption. */
      readonly spec?: Key["spec"];
      readonly usage?: Key["usage"];
      readonly description: string;
      readonly policy: CompiledPolicy;
      readonly tags?: ReadonlyMap<string, string>;
    },
  ): Key {
    const keyId = this.world.random.uuid();
    const key: Key = {
      ...facts,
      spec: facts.spec ?? "SYMMETRIC_DEFAULT",
      usage: facts.usage ?? "ENCRYPT_DECRYPT",
      keyId,
      arn: `arn:aws:kms:${facts.region}:${facts.accountId}:key/${keyId}`,
      createdEpochMs: this.world.clock.nowEpochMs(),
      material: this.randomBytes(32),
      isEnabled: true,
      tags: new Map(facts.tags),
      grants: new Map(),
    };
    this.keys.set(keyId, key);
    return key;
  }

  /**
   * Finds a key by id, ARN, alias or alias ARN.
   * @throws AwsError NotFoundException, InvalidArnException
   */
  key(reference: string, place: KeyPlace): Key {
    if (reference.startsWith("arn:")) return this.keyByArn(reference, place);
    if (reference.startsWith("alias/")) {
      return this.keyOfAlias(`arn:aws:kms:${place.region}:${place.accountId}:${reference}`, place);
    }
    // KMS shows a bare id that is no UUID as it came, and a UUID with the ARN it would have.
    if (!UUID.test(reference)) throw errors.invalidKeyId(reference);
    const arn = `arn:aws:kms:${place.region}:${place.accountId}:key/${reference}`;
    return this.alive(reference, arn) ?? raise(errors.noSuchKey(arn));
  }

  /** A key of any account by its id, as a ciphertext names it. */
  keyInRegion(keyId: string, region: string): Key | undefined {
    const key = this.keys.get(keyId);
    return key === undefined || key.region !== region ? undefined : this.alive(keyId, key.arn);
  }

  /** Keys of an account in a Region, oldest first. */
  keysOf(place: KeyPlace): readonly Key[] {
    return [...this.keys.values()].filter(
      (key) =>
        key.accountId === place.accountId &&
        key.region === place.region &&
        this.alive(key.keyId, key.arn) !== undefined,
    );
  }

  /** Every grant on a key of a Region, of all accounts. */
  grantsIn(region: string): readonly { readonly key: Key; readonly grant: Grant }[] {
    return [...this.keys.values()]
      .filter((key) => key.region === region && this.alive(key.keyId, key.arn) !== undefined)
      .flatMap((key) => [...key.grants.values()].map((grant) => ({ key, grant })));
  }

  newGrantId(): string {
    return this.randomBytes(32).toString("hex");
  }

  newGrantToken(): string {
    return this.randomBytes(96).toString("base64");
  }

  status(key: Key): KeyStatus {
    if (key.deletionEpochMs !== undefined) return "PendingDeletion";
    return key.isEnabled ? "Enabled" : "Disabled";
  }

  /** @throws AwsError DisabledException, KMSInvalidStateException unless the key is enabled */
  requireUsable(key: Key): void {
    const status = this.status(key);
    if (status === "PendingDeletion") throw errors.pendingDeletion(key.arn);
    if (status === "Disabled") throw errors.disabled(key.arn);
  }

  alias(arn: string): Alias | undefined {
    return this.aliases.get(arn);
  }

  /** Aliases of an account in a Region, by name. */
  aliasesIn(place: KeyPlace): readonly Alias[] {
    return [...this.aliases.values()]
      .filter((alias) => alias.accountId === place.accountId && alias.region === place.region)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  aliasesOf(key: Key): readonly Alias[] {
    return [...this.aliases.values()].filter((alias) => alias.targetKeyId === key.keyId);
  }

  addAlias(name: string, key: Key): Alias {
    const nowEpochMs = this.world.clock.nowEpochMs();
    const alias: Alias = {
      name,
      arn: `arn:aws:kms:${key.region}:${key.accountId}:${name}`,
      accountId: key.accountId,
      region: key.region,
      createdEpochMs: nowEpochMs,
      updatedEpochMs: nowEpochMs,
      targetKeyId: key.keyId,
    };
    this.aliases.set(alias.arn, alias);
    return alias;
  }

  removeAlias(arn: string): void {
    this.aliases.delete(arn);
  }

  /** Bytes of the sandbox's own randomness: the same seed gives the same keys. */
  randomBytes(sizeBytes: number): Buffer {
    const bytes = Buffer.alloc(sizeBytes);
    for (let index = 0; index < sizeBytes; index++) bytes[index] = this.world.random.integer(256);
    return bytes;
  }

  private findForS3(reference: string, place: KeyPlace): Key {
    // The alias of the managed key works in S3 before anything has used it.
    if (reference === "alias/aws/s3") this.awsManagedS3Key(place.accountId, place.region);
    try {
      return this.key(reference, place);
    } catch (error) {
      throw isAwsError(error) ? errors.asS3Shows(error) : error;
    }
  }

  private keyByArn(arn: string, place: KeyPlace): Key {
    const parts = /^arn:aws[\w-]*:kms:([\w-]+):(\d{12}):((key|alias)\/(.+))$/.exec(arn);
    if (parts === null) throw errors.invalidArn(arn);
    const [, region = "", , , type, name = ""] = parts;
    if (region !== place.region) throw errors.wrongRegion(region);
    if (type === "alias") return this.keyOfAlias(arn, place);
    return this.alive(name, arn) ?? raise(errors.noSuchKey(arn));
  }

  private keyOfAlias(arn: string, place: KeyPlace): Key {
    const alias = this.aliases.get(arn);
    const key = alias && this.keys.get(alias.targetKeyId);
    const alive = key && key.region === place.region && this.alive(key.keyId, key.arn);
    return alive ? alive : raise(errors.noSuchAlias(arn));
  }

  /** The key, unless its waiting period is over: then it is dropped with its aliases. */
  private alive(keyId: string, arn: string): Key | undefined {
    const key = this.keys.get(keyId);
    if (key === undefined || key.arn !== arn) return undefined;
    if (key.deletionEpochMs !== undefined && this.world.clock.nowEpochMs() >= key.deletionEpochMs) {
      for (const alias of this.aliasesOf(key)) this.aliases.delete(alias.arn);
      this.keys.delete(keyId);
      return undefined;
    }
    return key;
  }
}

function raise(error: Error): never {
  throw error;
}
